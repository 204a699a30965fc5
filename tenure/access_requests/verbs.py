"""What the audit log says about access requests."""

VERBS = {
    "request.giving": "began to give {text.title} to {text.person}",
    "request.invited": "invited {text.person}, for {text.title}",
    "request.accepted": "saw that {text.person} has an account now, for {text.title}",
    "request.provisioned": "gave {text.title} to {text.person}",
    "request.verified": "read back that {text.person} has {text.title}",
    "request.differs": "saw that {text.title} of {text.person} is not as approved: {text.reason}",
    "request.extended": "let another request keep {text.title} of {text.person}: {text.reason}",
    "request.ending": "began to take back {text.title} from {text.person}: {text.reason}",
    "request.over": "saw that {text.title} of {text.person} is over",
    "request.failed": "could not give {text.title} to {text.person}: {text.reason}",
    "request.given_back": "gave {text.title} back",
    "request.revoked": "took {text.title} back from {text.person}: {text.reason}",
    "requests.expired": "saw the time of {detail.count} requests end",
    "requests.told": "told whom it concerns how requests stand",
}
