/** How much room the bar needs in the page around it: menus and dialogs are drawn inside the iframe, which cuts them off. */
import type { ParentPage } from './parent.ts';

/** Around what is open, for its shadow. */
const MARGIN = 12;
/** Drawn beneath what opens them, or above, as there is room. */
const MENUS = '.ant-dropdown, .ant-popover, .ant-select-dropdown';
const DIALOGS = '.ant-modal';

/** From where to where something is drawn: a menu's box is smaller than its list. Undefined: it is not shown. */
function extentOf(each: Element): { readonly top: number; readonly bottom: number } | undefined {
  const parts = [each, ...each.querySelectorAll(':scope > *, :scope > * > *')]
    .map((part) => part.getBoundingClientRect())
    .filter(({ height }) => height > 0);
  if (parts.length === 0) return undefined;
  return {
    top: Math.min(...parts.map(({ top }) => top)),
    bottom: Math.max(...parts.map(({ bottom }) => bottom)),
  };
}

/** Of the bar alone, and with what is open. */
function needed(root: HTMLElement): { readonly bar: number; readonly height: number } {
  const bar = Math.ceil(root.firstElementChild?.getBoundingClientRect().height ?? 0);
  const open = [...document.querySelectorAll(`${MENUS}, ${DIALOGS}`)].flatMap((each) => {
    const extent = extentOf(each);
    if (!extent) return [];
    const { top, bottom } = extent;
    // What found no room below was put above: there is room below the bar when the iframe is higher.
    return top >= 0 ? bottom + MARGIN : bar + bottom - top + MARGIN;
  });
  return { bar, height: Math.ceil(Math.max(bar, ...open)) };
}

/** Tells the page, from now on, whenever it is another; returns what ends it. */
export function tellRoom(page: ParentPage, root: HTMLElement): () => void {
  let told = '';
  let due: number | undefined;
  const look = () => {
    due = undefined;
    const { bar, height } = needed(root);
    const now = `${bar} ${height}`;
    if (bar === 0 || now === told) return;
    told = now;
    page.tell({ type: 'pbx400.size', bar, height });
  };
  const soon = () => {
    due ??= requestAnimationFrame(look);
  };
  const sizes = new ResizeObserver(soon);
  const changes = new MutationObserver(() => {
    for (const each of document.querySelectorAll(`${MENUS}, ${DIALOGS}`)) sizes.observe(each);
    soon();
  });
  changes.observe(document.body, {
    ...{ childList: true, subtree: true, attributes: true, attributeFilter: ['class', 'style'] },
  });
  sizes.observe(root);
  soon();
  return () => {
    changes.disconnect();
    sizes.disconnect();
    if (due !== undefined) cancelAnimationFrame(due);
  };
}
