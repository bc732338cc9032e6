"""What a report of an error shows: no passwords, and addresses of services hold some."""

import re

from django.views.debug import SafeExceptionReporterFilter


class ReportFilter(SafeExceptionReporterFilter):
    hidden_settings = re.compile(f"{SafeExceptionReporterFilter.hidden_settings.pattern}|_URL$|CHANNEL_LAYERS", re.I)
