/* Everything the pages do in the browser beyond htmx and Bootstrap. Behaviour hangs on data
   attributes, so it also works for what htmx brings in later. */
(function () {
  "use strict";

  const root = document.documentElement;
  const $ = (selector, within) => (within || document).querySelector(selector);
  const $$ = (selector, within) => [...(within || document).querySelectorAll(selector)];
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  /* Toasts: messages from the server, failed requests, copied text. */
  function toast(text, role) {
    const node = $("#toast").content.firstElementChild.cloneNode(true);
    node.setAttribute("role", role || "status");
    $("span", node).textContent = text;
    $("#toasts").append(node);
    return node;
  }
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

  /* Charts read their numbers from their own table. */
  function colour(name) { // a probe resolves light-dark()
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  }
  function chart(canvas) {
    const table = document.getElementById(canvas.dataset.table);
    const kind = canvas.dataset.chart;
    const heads = [...table.tHead.rows[0].cells].slice(1);
    const rows = [...table.tBodies[0].rows];
    const number = (cell) => (cell && cell.textContent.trim() ? Number(cell.textContent.replace(/,/g, "")) : null);
    const datasets = heads.map((head, index) => {
      const ink = colour(head.dataset.colour);
      const line = head.dataset.type === "line" || (kind === "line" && head.dataset.type !== "bar");
      if (head.dataset.points) { // on top of the first series, wherever there is something to mark
        return {
          label: head.textContent, type: "line", showLine: false,
          data: rows.map((row) => (number(row.cells[index + 1]) ? number(row.cells[1]) : null)),
          pointStyle: "rectRot", pointRadius: 5, pointHitRadius: 12, order: -1, stack: "points",
          backgroundColor: ink, borderColor: colour("--t-bg"), borderWidth: 1.5,
        };
      }
      return {
        label: head.textContent, data: rows.map((row) => number(row.cells[index + 1])),
        type: line ? "line" : "bar", borderColor: ink, backgroundColor: ink, borderWidth: line ? 1.75 : 0,
        borderDash: head.dataset.dash ? [4, 3] : [], pointStyle: line ? "line" : "rectRounded",
        pointRadius: line && rows.length === 1 ? 2 : 0, pointHitRadius: 12, borderRadius: line ? 0 : 2,
        categoryPercentage: 0.82, barPercentage: 0.9, maxBarThickness: 14, stack: head.dataset.stack,
      };
    });
    const old = window.Chart.getChart(canvas);
    if (old) old.destroy();
    const line = colour("--t-line");
    new window.Chart(canvas, {
      type: kind,
      data: { labels: rows.map((row) => row.cells[0].textContent), datasets },
      options: {
        responsive: true, maintainAspectRatio: false, interaction: { mode: "index", intersect: false },
        plugins: { legend: { display: heads.length > 1, position: "bottom", align: "start",
          labels: { usePointStyle: true, pointStyleWidth: 14, boxHeight: 6, padding: 10,
            sort: (one, other) => one.datasetIndex - other.datasetIndex } },
          tooltip: { callbacks: { label: ({ dataset, datasetIndex, dataIndex }) =>
            `${dataset.label}: ${rows[dataIndex].cells[datasetIndex + 1].textContent}` } } },
        scales: {
          x: { stacked: kind === "bar", grid: { display: false }, border: { color: line },
            ticks: { maxRotation: 0, autoSkip: true, maxTicksLimit: 5 } },
          y: { stacked: kind === "bar", beginAtZero: true, border: { display: false },
            grid: { color: line, drawTicks: false }, ticks: { maxTicksLimit: 4, padding: 8, precision: 0 } },
        },
      },
    });
  }
  function charts(within) {
    const canvases = $$("canvas[data-chart]", within);
    if (!window.Chart || !canvases.length) return;
    const defaults = window.Chart.defaults;
    defaults.font.family = getComputedStyle(document.body).fontFamily;
    defaults.font.size = 11;
    defaults.color = colour("--t-ink-3");
    defaults.animation = false;
    canvases.forEach(chart);
  }
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", () => { if (root.dataset.bsTheme === "auto") charts(); });

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
    charts();
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
    all("form[data-choose]").forEach(recount);
    all("[data-indeterminate]").forEach((box) => { box.indeterminate = true; });
    if (arrived === document.body) return; // fonts decide when the page's own charts are drawn
    charts(arrived);
    all("[data-focus]").slice(0, 1).forEach((node) => node.focus());
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
    else if (on("data-palette")) openPalette();
    else if ((hit = on("data-copy"))) {
      navigator.clipboard.writeText(hit.dataset.copy).then(
        () => toast("Copied"), () => toast("Copying is not allowed here; select the text instead.", "alert"));
    } else if (event.target.matches("dialog")) event.target.close(); // the backdrop
  });

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
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
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

  /* Palette: pages and actions this user may reach. */
  const palette = $("#palette");
  let entries = null;
  let named = []; // people, accounts: what the server found by the typed name
  let asking = 0;
  let chosen = 0;
  function openPalette() {
    if (!palette || palette.open) return;
    $("input", palette).value = "";
    named = [];
    palette.showModal();
    if (entries) return show();
    fetch(palette.dataset.source, { headers: { Accept: "application/json" } })
      .then((answer) => answer.json())
      .then((body) => { entries = body.entries; show(); })
      .catch(() => { palette.close(); toast("The palette could not be loaded; reload the page.", "alert"); });
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
    const words = $("input", palette).value.toLowerCase().split(/\s+/).filter(Boolean);
    return [...entries.filter((entry) => {
      const text = `${entry.label} ${entry.keywords} ${entry.hint}`.toLowerCase();
      return words.every((word) => text.includes(word));
    }), ...named];
  }
  function ask() {
    const typed = $("input", palette).value.trim();
    clearTimeout(asking);
    named = [];
    if (typed.length < 2) return;
    asking = setTimeout(() => {
      fetch(`${palette.dataset.source}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } })
        .then((answer) => answer.json())
        .then((body) => {
          if ($("input", palette).value.trim() !== typed) return; // an older question
          named = body.entries;
          if (entries) show();
        })
        .catch(() => {}); // the pages are still found
    }, 120);
  }
  function show() {
    const found = matches();
    const input = $("input", palette);
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    $("[role=listbox]", palette).replaceChildren(...found.map(option));
    $(".t-palette-none", palette).hidden = found.length > 0;
    input.setAttribute("aria-expanded", found.length > 0);
    if (found.length) input.setAttribute("aria-activedescendant", `palette-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    const selected = $("[aria-selected=true]", palette);
    if (selected) selected.scrollIntoView({ block: "nearest" });
  }
  if (palette) {
    palette.addEventListener("input", () => { chosen = 0; ask(); if (entries) show(); });
    palette.addEventListener("keydown", (event) => {
      if (!entries) return;
      if (event.key === "ArrowDown") chosen += 1;
      else if (event.key === "ArrowUp") chosen -= 1;
      else if (event.key === "Enter") {
        const selected = $("[aria-selected=true]", palette);
        event.preventDefault();
        if (selected) selected.click();
        return;
      } else return;
      event.preventDefault();
      show();
    });
  }

  /* Bootstrap makes the open navigation a dialog: that dialog needs a name. */
  const nav = $("#nav");
  if (nav) {
    nav.addEventListener("show.bs.offcanvas", () => nav.setAttribute("aria-label", "Main navigation"));
    nav.addEventListener("hidden.bs.offcanvas", () => nav.removeAttribute("aria-label"));
  }

  document.fonts.ready.then(() => charts(document));
})();
