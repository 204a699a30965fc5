/* Charts, which read their numbers from their own table. */
(function () {
  "use strict";

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
    const canvases = [...(within || document).querySelectorAll("canvas[data-chart]")];
    if (!window.Chart || !canvases.length) return;
    const defaults = window.Chart.defaults;
    defaults.font.family = getComputedStyle(document.body).fontFamily;
    defaults.font.size = 11;
    defaults.color = colour("--t-ink-3");
    defaults.animation = false;
    canvases.forEach(chart);
  }

  /* The page's own are drawn once its fonts are here; then what htmx brings in, and all of them again
     in other colours: on the event "theme", or when the system's change. */
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", () => { if (document.documentElement.dataset.bsTheme === "auto") charts(); });
  document.addEventListener("theme", () => charts());
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) charts(event.detail.elt); });
  document.fonts.ready.then(() => charts());
})();
