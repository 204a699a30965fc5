/* Answering by keyboard: J and K go from request to request, A approves, D denies, Q asks, Enter opens.
   The keys press the buttons that stand there, so whatever they do can be done without them. */
(function () {
  "use strict";

  const place = document.querySelector("[data-answering]");
  if (!place) return;
  const cards = () => [...place.querySelectorAll("[data-request]")];
  const current = () => place.querySelector(".is-cursor") || (cards().length ? null : place);

  function go(card) {
    cards().forEach((one) => one.classList.toggle("is-cursor", one === card));
    cards().forEach((one) => one.querySelector("[data-answer=a]").classList.toggle("btn-primary", one === card));
    card.querySelector("h2 a").focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    const all = cards(), next = all[all.indexOf(current()) + by];
    if (all.length) go(next || (by > 0 ? all[all.length - 1] : all[0]));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "j" || event.key === "k") return step(event.key === "j" ? 1 : -1);
    const card = current(), button = card && card.querySelector(`[data-answer="${event.key}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    } else if (event.key === "Enter" && document.activeElement === document.body && card) {
      const link = card.querySelector("h2 a");
      if (link) link.click();
    }
  });
})();
