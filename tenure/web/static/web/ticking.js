/* Rows that can be ticked, and selects that narrow a list. Without this file both still work: the
   next page says how many were ticked, and a button submits the selects. */
(() => {
  "use strict";
  document.querySelectorAll("[data-ticking]").forEach((form) => {
    const boxes = [...form.querySelectorAll("input[type=checkbox][name]")];
    const all = form.querySelector("[data-tick-all]");
    const show = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      form.querySelectorAll("[data-ticked]").forEach((node) => { node.textContent = ticked || ""; });
      form.querySelectorAll("[data-with]").forEach((button) => { button.disabled = ticked === 0; });
      boxes.forEach((box) => box.closest("tr").classList.toggle("is-selected", box.checked));
      if (all) {
        all.checked = ticked > 0 && ticked === boxes.length;
        all.indeterminate = ticked > 0 && ticked < boxes.length;
      }
    };
    form.addEventListener("change", (event) => {
      if (event.target === all) boxes.forEach((box) => { box.checked = all.checked; });
      show();
    });
    show();
  });
  document.querySelectorAll("select[data-submits]").forEach((select) => {
    select.addEventListener("change", () => select.form.requestSubmit());
  });
})();
