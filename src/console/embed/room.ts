/** How much room the bar needs in the page around it: menus and dialogs are drawn inside the iframe, which cuts them off. */
import type { ParentPage } from './parent.ts';

/** Around what is open, for its shadow. */
const MARGIN = 12;
/** Drawn beneath what opens them, or above, as there is room. */
const MENUS = '.ant-dropdown, .ant-popover, .ant-select-dropdown';
const DIALOGS = '.ant-modal';

const heightOf = (each: Element): number => (each instanceof HTMLElement ? each.offsetHeight : 0);

/** Of the bar alone, and with what is open. */
function needed(root: HTMLElement): { readonly bar: number; readonly height: number } {
  const bar = Math.ceil(root.firstElementChild?.getBoundingClientRect().height ?? 0);
  const menus = [...document.querySelectorAll(MENUS)].map((each) => {
    const height = heightOf(each);
    return height === 0 ? 0 : bar + height + MARGIN;
  });
  const dialogs = [...document.querySelectorAll(DIALOGS)].map((each) => {
    const height = heightOf(each);
    return height === 0 ? 0 : height + 2 * MARGIN;
  });
  return { bar, height: Math.max(bar, ...menus, ...dialogs) };
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
