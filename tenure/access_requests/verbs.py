"""What the audit log says about access requests."""

VERBS = {
    "access_request.submitted": "asked {text.title} for {text.person} ({detail.number})",
    "access_request.approved": "approved {detail.number}: {text.title} for {text.person}",
    "access_request.denied": "denied {detail.number}, {text.title} for {text.person}: "
    "{text.reason}",
    "access_request.commented": "commented on {detail.number}",
    "access_request.cancelled": "cancelled {detail.number}, {text.title} for {text.person}",
    "access_request.lapsed": "ended {detail.number}, which nobody answered in time",
    "access_request.replaced": "asked others in {detail.number}: {detail.count:approver} replaced",
    "access_request.reminded": "reminded {detail.count:approver} of {detail.number}",
    "access_request.escalated": "escalated {detail.number} to {text.to}",
    "access_request.moved": "saw {detail.number}, {text.title} for {text.person}, go from "
    "{detail.before} to {detail.after}",
    "access_request.given_back": "gave back {text.title} ({detail.number})",
    "access_request.revoked": "took back {text.title} from {text.person} ({detail.number}): "
    "{text.reason}",
    "access_requests.expired": "saw the time of {detail.count:request} end",
    "access_requests.told": "told whom it concerns how access requests stand",
    "catalogue_entry.set": "changed how {text.title} is offered",
    "approval_policy.saved": "saved the approval policy {text.name}",
    "approver_group.saved": "saved the approver group {text.name}: {detail.people:person}",
}
