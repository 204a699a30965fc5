/* The palette: pages and actions this user may reach, people and accounts by name. */
(function () {
  "use strict";

  const palette = document.querySelector("#palette");
  if (!palette) return;
  const $ = (selector) => palette.querySelector(selector);
  const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: text }));
  let entries = null;
  let named = []; // people, accounts: what the server found by the typed name
  let asking = 0;
  let chosen = 0;
  function openPalette() {
    if (palette.open) return;
    $("input").value = "";
    named = [];
    palette.showModal();
    if (entries) return show();
    fetch(palette.dataset.source, { headers: { Accept: "application/json" } })
      .then((answer) => answer.json())
      .then((body) => { entries = body.entries; show(); })
      .catch(() => { palette.close(); say("The palette could not be loaded; reload the page."); });
  }
  function option(entry, index) {
    const link = document.createElement("a");
    link.href = entry.url;
    link.id = `palette-${index}`;
    link.tabIndex = -1;
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", index === chosen);
    const glyph = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    glyph.setAttribute("class", "icon");
    glyph.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${palette.dataset.icons}#tabler-${entry.icon}`);
    glyph.append(use);
    const label = document.createElement("span");
    label.textContent = entry.label;
    if (entry.says) {
      const says = document.createElement("span");
      says.className = "t-xs t-3";
      says.textContent = ` ${entry.says}`;
      label.append(says);
    }
    const hint = document.createElement("span");
    hint.className = "t-xs t-3";
    hint.textContent = entry.hint;
    link.append(glyph, label, hint);
    return link;
  }
  function matches() {
    const words = $("input").value.toLowerCase().split(/\s+/).filter(Boolean);
    return [...entries.filter((entry) => {
      const text = `${entry.label} ${entry.keywords} ${entry.hint}`.toLowerCase();
      return words.every((word) => text.includes(word));
    }), ...named];
  }
  function ask() {
    const typed = $("input").value.trim();
    clearTimeout(asking);
    named = [];
    if (typed.length < 2) return;
    asking = setTimeout(() => {
      fetch(`${palette.dataset.source}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } })
        .then((answer) => answer.json())
        .then((body) => {
          if ($("input").value.trim() !== typed) return; // an older question
          named = body.entries;
          if (entries) show();
        })
        .catch(() => {}); // the pages are still found
    }, 120);
  }
  function show() {
    const found = matches();
    const input = $("input");
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    $("[role=listbox]").replaceChildren(...found.map(option));
    $(".t-palette-none").hidden = found.length > 0;
    input.setAttribute("aria-expanded", found.length > 0);
    if (found.length) input.setAttribute("aria-activedescendant", `palette-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    const selected = $("[aria-selected=true]");
    if (selected) selected.scrollIntoView({ block: "nearest" });
  }
  palette.addEventListener("input", () => { chosen = 0; ask(); if (entries) show(); });
  palette.addEventListener("keydown", (event) => {
    if (!entries) return;
    if (event.key === "ArrowDown") chosen += 1;
    else if (event.key === "ArrowUp") chosen -= 1;
    else if (event.key === "Enter") {
      const selected = $("[aria-selected=true]");
      event.preventDefault();
      if (selected) selected.click();
      return;
    } else return;
    event.preventDefault();
    show();
  });

  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) openPalette(); });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    openPalette();
  });
})();
