"""Static files under names with a hash of their content, compressed, cacheable forever."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    support_js_module_import_aggregation = True  # our modules import each other by relative paths
