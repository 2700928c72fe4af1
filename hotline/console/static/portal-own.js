// The weeks of a page of figures, drawn beside their table; without this the table stands alone.
(() => {
  const place = document.getElementById("weeks-chart");
  const data = document.getElementById("weeks-data");
  if (!place || !data || !globalThis.echarts) return;
  const told = JSON.parse(data.textContent);
  place.hidden = false;
  const chart = echarts.init(place);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  function draw() {
    const ink = colour("ink"), quiet = colour("quiet"), line = colour("line");
    const text = { color: quiet, fontSize: 13 };
    chart.setOption({
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 300,
      grid: { left: 44, right: 52, top: 26, bottom: 30 },
      xAxis: { type: "category", data: told.weeks, axisLabel: text, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } },
      yAxis: [
        { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: line } } },
        { type: "value", min: 0, max: 100, axisLabel: { ...text, formatter: "{value}%" }, splitLine: { show: false } },
      ],
      series: [
        {
          type: "bar", name: told.names.received, data: told.received, barMaxWidth: 46,
          itemStyle: { color: colour("accent"), opacity: .55, borderRadius: [4, 4, 0, 0] },
          label: { show: told.weeks.length <= 16, position: "insideBottom", color: ink, fontSize: 13 },
        },
        {
          type: "line", name: told.names.in_time, data: told.in_time, yAxisIndex: 1, symbol: "circle", symbolSize: 9,
          lineStyle: { color: colour("good"), width: 3 }, itemStyle: { color: colour("good") },
        },
      ],
    });
  }

  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("resize", () => chart.resize());
})();
