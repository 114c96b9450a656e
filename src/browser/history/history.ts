/** Arrow keys, Home and End go from commit to commit of a chart, a pointer rests on one: what it is stands below. Without this the tables say it all. */

for (const chart of document.querySelectorAll('.chart')) {
  const points = [...chart.querySelectorAll<SVGElement>('.point, .bump')];
  const told = chart.querySelector('output');
  // What is newest is seen first, where there is no room for all.
  const wide = chart.querySelector('.wide');
  if (wide !== null) wide.scrollLeft = wide.scrollWidth;
  const go = (place: number): void => points[Math.max(0, Math.min(points.length - 1, place))]?.focus();
  for (const [place, point] of points.entries()) {
    // One stop for the tab key in each chart: its newest commit at first.
    point.tabIndex = place === points.length - 1 ? 0 : -1;
    const tell = (): void => {
      if (told !== null) told.textContent = point.getAttribute('aria-label');
    };
    point.addEventListener('pointerenter', tell);
    point.addEventListener('focus', () => {
      for (const other of points) other.tabIndex = other === point ? 0 : -1;
      tell();
    });
    point.addEventListener('keydown', (event) => {
      const to = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: points.length - 1 }[event.key];
      if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      go(to);
    });
  }
}
