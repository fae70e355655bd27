/**
 * In a page: from now on counts what moves by itself in `shifts` (CLS, https://wicg.github.io/layout-instability), and keeps in `jumps` what had
 * moved, in words. A figure that grows to the left at its place is a shift, and no jump.
 */
export const COUNT_SHIFTS = `
  globalThis.shifts = 0;
  globalThis.jumps = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      shifts += value;
      for (const { node, previousRect: was, currentRect: is } of sources)
        if (was.y !== is.y || (was.x !== is.x && was.right !== is.right))
          jumps.push((node?.outerHTML ?? node?.textContent ?? 'something').slice(0, 200) + ': ' + [was.x, was.y] + ' to ' + [is.x, is.y]);
    }
  }).observe({ type: 'layout-shift' });`;
