import time, pytest
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.tests.company import person, take_people
from tenure.inventory.tests.scripted import made_connection, read, user
from tenure.testing.cast import actor_of
@pytest.mark.django_db
def test_scale(monkeypatch, client_of):
    n=20000
    c=made_connection(); take_people([person(f"u{i}","Somebody", end_date="2026-01-31" if i%50==0 else "") for i in range(n)])
    read(c, monkeypatch, [user(i) for i in range(n)])
    link_accounts(actor=actor_of("ada"))
    cl=client_of("ada")
    for p in ("/accounts","/accounts?show=attention","/people","/people?show=leavers","/people?show=without"):
        t=time.perf_counter(); r=cl.get(p); print(p, r.status_code, round(time.perf_counter()-t,2))
