from django.contrib.auth import login
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import RedirectURLMixin
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from .forms import SignUpForm


@method_decorator(never_cache, name="dispatch")
class AccountView(LoginRequiredMixin, TemplateView):
    """Who is signed in, and the way out."""

    template_name = "accounts/account.html"


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class SignUpView(RedirectURLMixin, FormView):
    """Create an account, sign in, and go to `next` if that is on this site, else to the account page."""

    template_name = "accounts/signup.html"
    form_class = SignUpForm
    next_page = "account"

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        try:
            with transaction.atomic():
                person = form.save()
        except IntegrityError:  # somebody took the name since it was looked for: looking again says so
            return self.form_invalid(self.get_form())
        login(self.request, person)
        return super().form_valid(form)
