/* What every page does in the browser beyond htmx and Bootstrap; charts.js, rows.js and palette.js do
   the rest. Behaviour hangs on data attributes, so it also works for what htmx brings in later. The
   files speak by events of the document: "toast" says something, "theme" tells that colours changed. */
(function () {
  "use strict";

  const root = document.documentElement;
  const $ = (selector, within) => (within || document).querySelector(selector);
  const $$ = (selector, within) => [...(within || document).querySelectorAll(selector)];

  /* Toasts: messages from the server, failed requests, copied text. */
  function toast(text, role) {
    const node = $("#toast").content.firstElementChild.cloneNode(true);
    node.setAttribute("role", role || "status");
    $("span", node).textContent = text;
    $("#toasts").append(node);
  }
  document.addEventListener("toast", (event) => toast(event.detail, "alert"));
  function expire(node) { // errors stay until dismissed; reading or reaching for one keeps it
    if (node.getAttribute("role") === "alert") return;
    setTimeout(() => {
      if (node.matches(":hover, :focus-within")) expire(node);
      else node.remove();
    }, 8000);
  }
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
    if (node.nodeType === 1) expire(node);
  }))).observe($("#toasts"), { childList: true });
  $$("#toasts > *").forEach(expire);

  /* Theme: at once on screen, then remembered by the server. */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-switch]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    const data = new FormData(form);
    data.set("theme", theme);
    fetch(form.action, { method: "POST", body: data, redirect: "manual" });
    root.dataset.bsTheme = theme;
    $$("button[name=theme]", form).forEach((b) => b.setAttribute("aria-pressed", b.value === theme));
    document.dispatchEvent(new Event("theme"));
  });

  /* Polling: asks again after data-poll ms, only while somebody can see it. */
  function poll(element) {
    clearTimeout(element.pollTimer);
    element.pollTimer = setTimeout(() => {
      if (element.isConnected && !document.hidden) window.htmx.trigger(element, "poll");
    }, Number(element.dataset.poll));
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) $$("[data-poll]").forEach(poll); });
  document.addEventListener("htmx:afterRequest", (event) => { // an answer that replaced nothing: keep asking
    const element = event.detail.elt;
    if (element.isConnected && element.dataset.poll) poll(element);
  });

  /* What htmx brings in, and the page itself, once. */
  document.addEventListener("htmx:load", (event) => {
    const arrived = event.detail.elt;
    const all = (selector) => [arrived, ...$$("*", arrived)].filter((node) => node.matches(selector));
    all("[data-poll]").forEach(poll);
    all("[data-indeterminate]").forEach((box) => { box.indeterminate = true; });
    if (arrived !== document.body) all("[data-focus]").slice(0, 1).forEach((node) => node.focus());
  });
  let focused = null; // a swap that replaces the element in focus gives the focus to its successor
  document.addEventListener("htmx:beforeSwap", (event) => {
    focused = event.detail.target.contains(document.activeElement) ? document.activeElement.id : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const successor = focused && document.getElementById(focused);
    if (successor && document.activeElement === document.body) successor.focus();
    focused = null;
  });
  /* A search says aloud what it found, while the focus stays where one types. What opened beside its
     list takes the focus; Escape gives it back to the row. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const asker = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!asker) return;
    if (asker.matches("a[data-beside]")) event.detail.target.focus({ preventScroll: true });
    if (!asker.matches("input[type=search]")) return;
    const said = $("[data-says]", event.detail.elt);
    $("#heard").textContent = said ? said.textContent : "";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !event.target.closest(".t-side") || $("dialog[open]")) return;
    const row = $("tr.is-selected a");
    if (row) row.focus();
  });
  const isPolling = (event) => Boolean(event.detail.elt.dataset.poll); // asks again by itself
  document.addEventListener("htmx:responseError", (event) => {
    if (isPolling(event)) return;
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const message = $("[data-message]", answer);
    toast(message ? message.textContent : "That did not work; reload the page and try again.", "alert");
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!isPolling(event)) toast("Tenure did not answer; check your connection and try again.", "alert");
  });

  /* A link that opens beside its list: where there is no room beside it, it is a plain link. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.detail.elt;
    if (!link.matches("a[data-beside]")) return;
    if (!event.detail.target.checkVisibility()) {
      event.preventDefault();
      location.assign(link.href);
      return;
    }
    $$("tr.is-selected", link.closest("table")).forEach((row) => {
      row.classList.remove("is-selected");
      row.removeAttribute("aria-current");
    });
    link.closest("tr").classList.add("is-selected");
    link.closest("tr").setAttribute("aria-current", "true");
  });

  /* Clicks: dialogs, copying, dismissing. */
  document.addEventListener("click", (event) => {
    const on = (attribute) => event.target.closest(`[${attribute}]`);
    let hit;
    if ((hit = on("data-dialog"))) document.getElementById(hit.dataset.dialog).showModal();
    else if ((hit = on("data-close"))) hit.closest("dialog").close();
    else if ((hit = on("data-dismiss"))) hit.closest(".t-toast").remove();
    else if ((hit = on("data-copy"))) {
      navigator.clipboard.writeText(hit.dataset.copy).then(
        () => toast("Copied"), () => toast("Copying is not allowed here; select the text instead.", "alert"));
    } else if (event.target.matches("dialog")) event.target.close(); // the backdrop
  });

  /* A form that came back begins at its first fault. */
  const fault = $("main form[method=post] [aria-invalid=true]");
  if (fault) fault.focus();

  /* Bootstrap makes the open navigation a dialog: that dialog needs a name. */
  const nav = $("#nav");
  if (nav) {
    nav.addEventListener("show.bs.offcanvas", () => nav.setAttribute("aria-label", "Main navigation"));
    nav.addEventListener("hidden.bs.offcanvas", () => nav.removeAttribute("aria-label"));
  }
})();
