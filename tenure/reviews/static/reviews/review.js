/* Deciding by keyboard. Each decision is saved by itself, one after the other, with the version of the
   row it was made on; a row that somebody decided meanwhile comes back as it is now, with the reason
   that was typed still there. Everything here is also possible on each item's own page. */
(function () {
  "use strict";

  const $ = (selector, within) => (within || document).querySelector(selector);
  const $$ = (selector, within) => [...(within || document).querySelectorAll(selector)];
  const page = $("[data-review]");
  if (!page) return;
  const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: text }));
  const csrf = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const isUndecided = (row) => row.dataset.decision === "pending" && "open" in row.dataset;
  const rows = () => $$("#review-rows > tbody > tr[data-item]");
  const current = () => $("#review-rows tr.is-cursor");
  const done = []; // ids of decided rows, the newest last: what "u" goes back through
  let queue = Promise.resolve(), waiting = 0;

  /* The row one is at. */
  function go(row, focus = true) {
    $$("#review-rows tr.is-cursor").forEach((one) => one.classList.remove("is-cursor"));
    if (!row) return;
    row.classList.add("is-cursor");
    if (focus) $("a", row).focus({ preventScroll: true });
    follow(row);
    const box = row.getBoundingClientRect(); // neither under the bar nor under the foot
    if (box.top < 60 || box.bottom > innerHeight - 120) row.scrollIntoView({ block: "center" });
  }
  let beside = false, later; // once something was opened beside the table, it goes along
  function follow(row) {
    clearTimeout(later);
    if (!beside || row.classList.contains("is-selected") || !$("#detail").checkVisibility()) return;
    later = setTimeout(() => {
      $$("#review-rows tr.is-selected").forEach((one) => one.classList.remove("is-selected"));
      row.classList.add("is-selected");
      window.htmx.ajax("GET", row.dataset.item, { target: "#detail", swap: "innerHTML" });
    }, 250);
  }
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target.id === "detail") beside = true; });
  function step(by) {
    const all = rows(), now = all.indexOf(current());
    const next = all[now + by];
    if (next || now < 0) go(next || all[0]);
    else if (by > 0) turn("next");
    else turn("prev");
  }
  function turn(rel) {
    const link = $(`#items a[rel=${rel}]`);
    if (link) queue.then(() => location.assign(link.href)); // what is not saved yet is saved first
    return Boolean(link);
  }
  function onward(from) {
    const all = rows(), next = all.slice(all.indexOf(from) + 1).find(isUndecided);
    if (next) go(next);
    else if (!turn("next")) {
      const left = all.find(isUndecided);
      go(left || from);
      if (!left) status("Everything on this list is decided: N goes on to what is left elsewhere");
    }
  }

  /* How far one is. */
  function status(text) { $("#saved").textContent = text; }
  function count(before, after) {
    const by = (before === "pending" ? 1 : 0) - (after === "pending" ? 1 : 0);
    const add = (node, number) => { if (node) node.textContent = Number(node.textContent) + number; };
    const bar = $("#review-progress");
    if (by && bar) bar.value += by;
    add($("[data-decided]"), by);
    add($("[data-left]"), -by);
    const left = $("[data-left]");
    if (left) $("#submit").classList.toggle("btn-primary", left.textContent === "0");
    add($("[data-count=undecided]"), -by);
    if (before === after) return;
    add($(`[data-count=${before}]`), -1);
    add($(`[data-count=${after}]`), 1);
  }

  /* Saving. */
  function replaced(row, html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.querySelector("tr[data-item]");
    const live = document.getElementById(row.id);
    if (!fresh || !live) return null;
    const had = live.contains(document.activeElement);
    ["is-cursor", "is-selected", "is-chosen"].forEach((name) => fresh.classList.toggle(name, live.classList.contains(name)));
    count(live.dataset.was || live.dataset.decision, fresh.dataset.decision);
    live.replaceWith(fresh);
    window.htmx.process(fresh);
    if (had) $("a", fresh).focus({ preventScroll: true });
    return fresh;
  }
  async function send(row, what, said) {
    const live = document.getElementById(row.id);
    if (!live) return;
    const body = new URLSearchParams({ ...said, version: live.dataset.version });
    let answer;
    try {
      answer = await fetch(`${live.dataset.item}/${what}`, {
        method: "POST", body, keepalive: true, headers: { "X-CSRFToken": csrf, "HX-Request": "true" },
      });
    } catch { answer = null; }
    if (answer && (answer.ok || answer.status === 422)) {
      const fresh = replaced(live, await answer.text());
      if (!fresh) return;
      if (answer.ok) return;
      done.splice(done.lastIndexOf(row.id), 1);
      say(fresh.dataset.refused);
      if (said.reason && "open" in fresh.dataset) ask(fresh, said.decision, said);
      return;
    }
    const text = answer ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const message = text && $("[data-message]", text);
    say(message ? message.textContent : "That was not saved: Tenure did not answer. Reload the page and look at the row.");
    live.dataset.decision = live.dataset.was || live.dataset.decision;
    marked(live, live.dataset.decision);
    live.classList.remove("is-saving");
  }
  function save(row, what, said) {
    waiting += 1;
    status("Saving…");
    queue = queue.then(() => send(row, what, said)).finally(() => {
      waiting -= 1;
      if (!waiting) status("Saved");
    });
  }
  window.addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });

  /* On screen at once; the answer puts the row in its place. */
  function marked(row, decision) {
    $$("input[type=radio]", row).forEach((radio) => { radio.checked = radio.value === decision; });
  }
  function decide(row, decision, said) {
    marked(row, decision);
    row.classList.add("is-saving");
    done.push(row.id);
    row.dataset.was = row.dataset.was || row.dataset.decision;
    row.dataset.decision = decision;
    save(row, "decide", { decision, ...said });
  }
  function undo() {
    const last = done.pop(), row = last ? document.getElementById(last) : current();
    if (!row) return;
    leave();
    row.classList.add("is-saving");
    save(row, "undo", {});
    go(row);
  }

  /* Asking why, below the row. */
  function leave(toRow = true) {
    const open = $("#review-rows .t-why");
    if (!open) return;
    const row = document.getElementById(open.dataset.of);
    if (row) marked(row, row.dataset.decision);
    open.remove();
    if (row && toRow) go(row);
  }
  function roles(row) {
    return row.dataset.roles.split("|").filter(Boolean).map((one) => one.split("="));
  }
  function ask(row, decision, said = {}) {
    leave(false);
    go(row, false);
    marked(row, decision);
    const asked = document.getElementById(`why-${decision}`).content.firstElementChild.cloneNode(true);
    asked.dataset.of = row.id;
    row.after(asked);
    const select = $("select", asked);
    if (select) {
      roles(row).forEach(([role, name]) => select.add(new Option(`to ${name}`, role)));
      if (said.to_role) select.value = said.to_role;
    }
    const field = $("input", asked);
    field.value = said.reason || "";
    field.focus();
  }
  function chosen() { return $$("#review-rows tr.is-chosen"); }
  function told() {
    const many = chosen().length;
    $("#chosen").textContent = many ? `${many} selected: A keeps them, R removes them` : "";
  }
  function apply(decision, said) {
    const picked = chosen();
    if (picked.length) {
      picked.forEach((row) => { row.classList.remove("is-chosen"); decide(row, decision, said); });
      told();
      return onward(picked[picked.length - 1]);
    }
    const row = current();
    decide(row, decision, said);
    onward(row);
  }
  function want(decision) {
    const row = chosen()[0] || current();
    if (!row) return step(1);
    if (!("open" in row.dataset)) return status("This row is not yours to decide now");
    if (decision === "change" && (chosen().length || !roles(row).length)) {
      return status(chosen().length ? "Roles are changed one by one" : "Only a role can be changed: keep this or remove it");
    }
    if (row.dataset.asks.split(" ").includes(decision)) {
      const is = row.dataset.decision;
      const reason = is === decision && $("td:last-child small[title]", row);
      return ask(row, decision, { reason: reason ? reason.textContent : "" });
    }
    apply(decision, {});
  }
  function answered(form, reason) {
    const said = reason.trim();
    if (!said) {
      $("[data-said]", form).textContent = "Say why, or press a number: the auditor reads it.";
      return $("input", form).focus();
    }
    const select = $("select", form), row = document.getElementById(form.closest("tr").dataset.of);
    form.closest("tr").remove();
    go(row, false);
    apply(form.dataset.why, { reason: said, ...(select ? { to_role: select.value } : {}) });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-why]");
    if (form) {
      event.preventDefault();
      answered(form, $("input", form).value);
      return;
    }
    const beside = event.target.closest("form[data-decide-beside]");
    const row = beside && document.getElementById(`item-${beside.dataset.decideBeside}`);
    if (!row) return;
    event.preventDefault();
    const said = Object.fromEntries(new FormData(beside));
    if (said.decision !== "change") delete said.to_role;
    ["csrfmiddlewaretoken", "version"].forEach((name) => delete said[name]);
    decide(row, said.decision, said);
    queue.then(() => { const link = $("a", document.getElementById(row.id)); if (link) link.click(); });
  });
  document.addEventListener("click", (event) => {
    const usual = event.target.closest("[data-reason]");
    if (usual) answered(usual.closest("form"), usual.dataset.reason);
    else if (event.target.closest("[data-leave]")) leave();
  });
  page.addEventListener("change", (event) => {
    const row = event.target.closest("tr[data-item]");
    if (!row || event.target.type !== "radio") return;
    chosen().forEach((one) => one.classList.remove("is-chosen"));
    told();
    const decision = event.target.value;
    go(row, false);
    if (row.dataset.asks.split(" ").includes(decision)) ask(row, decision);
    else decide(row, decision, {});
  });

  /* Keys. */
  const KEYS = {
    j: () => step(1), k: () => step(-1), a: () => want("keep"), r: () => want("remove"), c: () => want("change"), u: undo,
    n: () => {
      const left = $("[data-left]"), isLast = !rows().some(isUndecided) && !$("#items a[rel=next]");
      if (isLast && left && left.textContent !== "0") queue.then(() => location.assign(`${page.dataset.review}?show=undecided`));
      else onward(current() || rows()[0]);
    },
    x: () => {
      const row = current();
      if (!row || !("open" in row.dataset)) return;
      if ("flagged" in row.dataset) return status("What is flagged is decided one by one");
      row.classList.toggle("is-chosen");
      told();
      step(1);
    },
    "/": () => $("#item-search").focus(),
    "?": () => $("#review-keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    const form = event.target.closest("form[data-why]");
    if (form) {
      const field = $("input", form), usual = $$("[data-reason]", form)[Number(event.key) - 1];
      if (event.key === "Escape") leave();
      else if (usual && event.target === field && !field.value) {
        event.preventDefault();
        answered(form, usual.dataset.reason);
      }
      return;
    }
    if (event.target.closest("input:not([type=radio]), textarea, select, [contenteditable]")) return;
    if (event.key === "Escape") {
      chosen().forEach((row) => row.classList.remove("is-chosen"));
      told();
    } else if (event.key === "Enter" && document.activeElement === document.body && current()) $("a", current()).click();
    else if (Object.hasOwn(KEYS, event.key)) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  /* One begins where one stopped. */
  go(rows().find(isUndecided) || rows()[0], false);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "items") go(rows().find(isUndecided) || rows()[0], false);
  });
})();
