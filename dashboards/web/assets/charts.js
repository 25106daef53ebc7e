// Makes the charts of a page readable to the point: hover or arrow keys show a moment and
// its values, dragging zooms in, a double click (or Escape) shows everything again. The
// numbers stand in the attribute data-chart of each figure; without this script its
// drawing stays.
"use strict";
(() => {
  const chinese = document.documentElement.lang.startsWith("zh");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const two = n => String(n).padStart(2, "0");
  const incrs = [];
  for (let unit = 1; unit < 1e9; unit *= 10) incrs.push(unit, 2 * unit, 5 * unit);

  // Beijing keeps no summer time, so that a shift is enough.
  const beijing = at => new Date((at + 8 * 3600) * 1000);
  const day = at => { const d = beijing(at); return two(d.getUTCMonth() + 1) + "-" + two(d.getUTCDate()); };
  const moment = at => { const d = beijing(at); return day(at) + " " + two(d.getUTCHours()) + ":" + two(d.getUTCMinutes()); };

  // count writes a number as analysts do: 1234, 1.2万; a part of one with one decimal.
  function count(n) {
    if (n == null) return "—";
    if (chinese && n >= 1e4) return (n / 1e4).toFixed(1).replace(/\.0$/, "") + "万";
    return Number.isInteger(n) ? n.toLocaleString("en") : n.toFixed(1);
  }

  // Of what is usual only the band between high and low is drawn.
  const drawn = line => line.kind === "line" || line.kind === "dashed";

  // lines are the series of a chart: what a figure says, in the colours of the page.
  function lines(chart, when) {
    const list = [{ label: chart.time, value: (u, at) => at == null ? "—" : when(at) }];
    for (const line of chart.lines) {
      const colour = () => css(line.colour);
      list.push({
        label: line.name, class: line.kind, stroke: drawn(line) ? colour : "transparent", width: 2, dash: line.kind === "dashed" ? [6, 4] : [],
        points: { show: drawn(line) && chart.at.length < 3 },
        value: (u, n, i, at) => line.kind !== "high" || at == null ? count(n) : count(u.data[i + 1][at]) + " – " + count(n),
      });
    }
    return list;
  }

  // axes have Chinese days and round counts, a label each 80 px at most.
  function axes(chart, when) {
    const look = { stroke: () => css("--soft"), font: "13px system-ui, sans-serif", grid: { stroke: () => css("--line"), width: 1 }, ticks: { show: false } };
    return [
      { ...look, size: 32, grid: { show: false }, space: chart.daily ? 60 : 100, values: (u, at) => at.map(t => u.over.clientWidth - u.valToPos(t, "x") < (chart.daily ? 18 : 36) ? "" : when(t)), // not cut off at the right
        incrs: chart.daily ? [1, 2, 7, 14, 28, 56].map(n => n * 86400) : [1, 2, 3, 6, 12, 24, 48, 96, 168].map(n => n * 3600),
        splits: (u, axis, min, max, incr) => {
          const at = [];
          for (let t = Math.ceil((min + 8 * 3600) / incr) * incr - 8 * 3600; t <= max; t += incr) at.push(t);
          return at;
        } },
      { ...look, size: 52, incrs, values: (u, n) => n.map(count) },
    ];
  }

  // shade marks a span of time, that of a hotspot.
  function shade(u, span) {
    if (!span) return;
    const at = t => Math.max(u.bbox.left, Math.min(u.bbox.left + u.bbox.width, u.valToPos(t, "x", true)));
    u.ctx.fillStyle = css("--mark");
    u.ctx.fillRect(at(span[0]), u.bbox.top, at(span[1]) - at(span[0]), u.bbox.height);
  }

  function options(chart, width) {
    const when = chart.daily ? day : moment;
    const high = chart.lines.findIndex(line => line.kind === "high") + 1;
    return {
      width, height: 260, series: lines(chart, when), axes: axes(chart, when),
      legend: { markers: { width: 2, stroke: (u, i) => css(chart.lines[i - 1].colour), fill: (u, i) => css(chart.lines[i - 1].colour) } },
      scales: { x: { time: true }, y: { range: (u, min, max) => [0, Math.max(2, max * 1.08)] } },
      bands: high ? [{ series: [high, high + 1], fill: () => css("--line") }] : [],
      cursor: { y: false, drag: { x: true, y: false }, points: { size: 8 } },
      hooks: { drawClear: [u => shade(u, chart.mark)] },
    };
  }

  // steer moves the cursor by keys; what it points at is told aloud.
  function steer(u, box) {
    box.addEventListener("keydown", e => {
      const at = u.data[0], last = at.length - 1, i = u.cursor.idx ?? (e.key === "ArrowLeft" ? last + 1 : -1);
      const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: last }[e.key];
      if (e.key === "Escape") u.setScale("x", { min: at[0], max: at[last] });
      if (to === undefined) return;
      e.preventDefault();
      u.setCursor({ left: u.valToPos(at[Math.max(0, Math.min(last, to))], "x"), top: 0 });
    });
  }

  function enliven(figure) {
    const chart = JSON.parse(figure.dataset.chart), box = document.createElement("div");
    box.className = "live";
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", chart.name + " " + chart.hint);
    figure.prepend(box);
    const u = new uPlot(options(chart, box.clientWidth), [chart.at, ...chart.lines.map(line => line.values)], box);
    u.root.querySelector(".u-legend").setAttribute("aria-live", "polite");
    figure.classList.add("alive");
    steer(u, box);
    new ResizeObserver(() => box.clientWidth && u.setSize({ width: box.clientWidth, height: box.clientWidth < 500 ? 200 : 260 })).observe(box);
    dark.addEventListener("change", () => u.redraw());
  }

  document.querySelectorAll("figure[data-chart]").forEach(enliven);
})();
