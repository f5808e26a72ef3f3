"""配線: the only package that names adapters. Each is imported inside the function that builds it."""

from ai_gov.wiring.audit_desk import incident_service, record_service
from ai_gov.wiring.config import GUIDELINES, PROMPTS, RULES, files, guideline_files
from ai_gov.wiring.documents import document_writers, guideline_writers, read_published, release_writers, workbook
from ai_gov.wiring.guidelines import guideline_draft, guideline_drift, guideline_kept, guideline_versions
from ai_gov.wiring.inspection import READERS, inspector, reader
from ai_gov.wiring.it_pages import personnel
from ai_gov.wiring.pages import app, chat_page, first_setup, site
from ai_gov.wiring.process import Library, Running, library, running, upstreams
from ai_gov.wiring.register_desk import use_document, use_service, use_workbook
from ai_gov.wiring.reports import REPORT_FORMATS, report_evidence, report_files
from ai_gov.wiring.services import (
    accounts,
    alert_service,
    audit_service,
    change_service,
    permit_service,
    release_register,
    report_service,
    report_words,
    review_service,
    watch,
)
from ai_gov.wiring.storage import Applied, applied, in_force, missing, note_settings, only_organisation, store
from ai_gov.wiring.training_desk import training_service
from ai_gov.wiring.verifying import verifier

__all__ = [
    "GUIDELINES",
    "PROMPTS",
    "READERS",
    "REPORT_FORMATS",
    "RULES",
    "Applied",
    "Library",
    "Running",
    "accounts",
    "alert_service",
    "app",
    "applied",
    "audit_service",
    "change_service",
    "chat_page",
    "document_writers",
    "files",
    "first_setup",
    "guideline_draft",
    "guideline_drift",
    "guideline_files",
    "guideline_kept",
    "guideline_versions",
    "guideline_writers",
    "in_force",
    "incident_service",
    "inspector",
    "library",
    "missing",
    "note_settings",
    "only_organisation",
    "permit_service",
    "personnel",
    "read_published",
    "reader",
    "record_service",
    "release_register",
    "release_writers",
    "report_evidence",
    "report_files",
    "report_service",
    "report_words",
    "review_service",
    "running",
    "site",
    "store",
    "training_service",
    "upstreams",
    "use_document",
    "use_service",
    "use_workbook",
    "verifier",
    "watch",
    "workbook",
]
