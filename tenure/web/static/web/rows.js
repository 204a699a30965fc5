/* Rows of a list: ticking them, and going through them by keyboard. */
(function () {
  "use strict";

  const $ = (selector, within) => (within || document).querySelector(selector);
  const $$ = (selector, within) => [...(within || document).querySelectorAll(selector)];
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  /* Choosing rows: the box in the head takes all, and the buttons say how many; none, no buttons. */
  function recount(form) {
    const boxes = [...form.elements].filter((box) => box.type === "checkbox" && box.name);
    const count = boxes.filter((box) => box.checked).length;
    [...form.elements].filter((box) => "all" in box.dataset).forEach((box) => {
      box.checked = count > 0 && count === boxes.length;
      box.indeterminate = count > 0 && count < boxes.length;
    });
    $$("[data-counted]", form).forEach((word) => {
      const [one, many] = word.dataset.counted.split("|");
      word.textContent = (count === 1 ? one : many).replace("{n}", count);
    });
    form.hidden = count === 0;
  }
  document.addEventListener("htmx:load", (event) => {
    const arrived = event.detail.elt;
    [arrived, ...$$("form[data-choose]", arrived)].filter((node) => node.matches("form[data-choose]")).forEach(recount);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || !("choose" in form.dataset)) return;
    if ("all" in event.target.dataset) {
      [...form.elements].forEach((box) => { if (box.type === "checkbox") box.checked = event.target.checked; });
    }
    recount(form);
  });

  /* Rows: j and k move, Enter opens, x ticks. */
  document.addEventListener("keydown", (event) => {
    const table = $("table[data-rows]");
    if (!table || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]")) return;
    const rows = [...table.tBodies[0].rows];
    const now = rows.findIndex((row) => row.classList.contains("is-cursor"));
    const row = rows[now];
    if (event.key === "j" || event.key === "k") {
      const next = rows[Math.max(0, Math.min(rows.length - 1, event.key === "j" ? now + 1 : now - 1))];
      if (!next) return;
      if (row) row.classList.remove("is-cursor");
      next.classList.add("is-cursor");
      const link = $("a", next) || $("button, input", next);
      if (link) link.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
    } else if (event.key === "x" && row) {
      const box = $("input[type=checkbox]", row);
      if (box) box.click();
    } else if (event.key === "Enter" && row && document.activeElement === document.body) {
      const link = $("a", row);
      if (link) link.click();
    }
  });
})();
