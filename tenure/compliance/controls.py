"""What the frameworks demand, as data. Tests name controls; a control has many tests."""

from __future__ import annotations

CONTROLS: dict[str, tuple[str, str]] = {
    "SOC2:CC6.1": ("SOC 2 CC6.1", "Logical access is restricted to those who are authorised."),
    "SOC2:CC6.2": ("SOC 2 CC6.2", "Users are registered before, and removed after, their need."),
    "SOC2:CC6.3": ("SOC 2 CC6.3", "Access is changed or removed when roles change or end."),
    "ISO27001:A.5.15": ("ISO 27001 A.5.15", "Access control follows business requirements."),
    "ISO27001:A.5.16": ("ISO 27001 A.5.16", "The full life of an identity is managed."),
    "ISO27001:A.5.17": ("ISO 27001 A.5.17", "Authentication information is managed."),
    "ISO27001:A.5.18": ("ISO 27001 A.5.18", "Access rights are granted, reviewed and removed."),
    "ISO27001:A.8.2": ("ISO 27001 A.8.2", "Privileged access is restricted and managed."),
    "NIST:AC-2": ("NIST AC-2", "Accounts are managed, and disabled when no longer needed."),
    "NIST:AC-6": ("NIST AC-6", "Least privilege."),
    "PCI:7.2.4": ("PCI DSS 7.2.4", "User accounts and access are reviewed at least half-yearly."),
}
