"""What the audit log says about access reviews."""

VERBS = {
    "campaign.created": "drafted the campaign {text.title}",
    "campaign.edited": "changed the settings of the campaign {text.title}",
    "campaign.duplicated": "drafted {text.title} with the settings of {text.of}",
    "campaign.repeated": "drafted {text.title}, the next round of {text.of}",
    "campaign.staged": "staged {text.title}: {detail.items:item}, SHA-256 {detail.sha256}",
    "campaign.unstaged": "took {text.title} back to a draft",
    "campaign.opened": "opened {text.title}: {detail.items:item} for {detail.reviewers:reviewer}",
    "campaign.cancelled": "cancelled {text.title}: {text.reason}",
    "campaign.reminded": "reminded {detail.reviewers:reviewer} of {text.title}",
    "campaign.told": "told reviewers how {text.title} stands",
    "campaign.escalated": "saw {text.title} overdue: {detail.items:item} not submitted",
    "campaign.signed_off": "signed off {text.title}",
    "campaign.closed": "closed {text.title}: {detail.remediation:decision} to carry out",
    "campaign.reopened": "saw access of {text.title} come back: {detail.items:item}",
    "campaign.completed": "completed {text.title}",
    "review_item.decided": "decided {detail.after} for {text.who}",
    "review_item.undone": "undid {detail.before} for {text.who}",
    "review_items.decided": "decided {detail.decision} for {detail.count:item} of {text.title}",
    "review_items.reassigned": "gave {detail.count:item} of {text.title} to {text.to}: "
    "{text.reason}",
    "review.submitted": "submitted the review of {text.reviewer} for {text.title}",
    "remediation.waived": "left the access of {text.who}: {text.reason}",
}
