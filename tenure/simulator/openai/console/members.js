// The members page of the simulated provider, on top of its control endpoints.
const filter = document.getElementById("filter");
const said = document.getElementById("said");
let found = { users: [], invites: [] };

async function call(method, path, body) {
  const answer = await fetch(path, { method, body: body && JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error.message);
  return told;
}

function button(words, about, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.setAttribute("aria-label", `${words} ${about}`);
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      await act();
      said.textContent = `${words}: ${about}. Done.`;
    } catch (error) {
      said.textContent = error.message;
    }
    await load();
  });
  return made;
}

function row(texts, buttons) {
  const made = document.createElement("tr");
  for (const text of texts) made.insertCell().textContent = text || "";
  made.insertCell().append(...buttons);
  return made;
}

function show() {
  const wanted = filter.value.trim().toLowerCase();
  const fits = (one) => `${one.name || ""} ${one.email || ""}`.toLowerCase().includes(wanted);
  const invites = found.invites.filter((one) => one.status === "pending" && fits(one));
  document.getElementById("invites").replaceChildren(...invites.map((one) => row(
    [one.email, one.role],
    [button("Cancel", one.email, () => call("DELETE", `invites/${encodeURIComponent(one.email)}`))],
  )));
  document.getElementById("users").replaceChildren(...found.users.filter(fits).map((one) => {
    const path = `users/${encodeURIComponent(one.id)}`, about = one.name || one.email || one.id;
    const other = one.role === "owner" ? "reader" : "owner";
    return row([one.name, one.email, one.role], [
      button(`Make ${other}`, about, () => call("POST", path, { role: other })),
      " ",
      button("Remove", about, () => call("DELETE", path)),
    ]);
  }));
}

async function load() {
  const [users, invites] = await Promise.all([call("GET", "users"), call("GET", "invites")]);
  found = { users: users.users, invites: invites.invites };
  show();
}

filter.addEventListener("input", show);
filter.value = new URLSearchParams(location.search).get("q") || "";
load();
