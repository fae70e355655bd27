import { App } from 'antd';
import { type ClipboardEvent, type KeyboardEvent, useRef } from 'react';
import type { Say } from '../../i18n/words.ts';
import { copied, pasted } from './model/clipboard.ts';
import { duplicate, move } from './model/edit.ts';
import type { Spot, Steps } from './model/tree.ts';
import type { HistoryActs } from './use-edit.ts';

interface KeysProps {
  readonly mayChange: boolean;
  readonly acts: HistoryActs;
  readonly spots: ReadonlyMap<string, Spot>;
  readonly say: Say<'pasted' | 'brought' | 'differs'>;
  readonly remove: () => void;
  readonly openAdd: () => void;
  readonly find: () => void;
  readonly save: () => void;
  /** Undefined: he may not. */
  readonly test: (() => void) | undefined;
  readonly nextProblem: () => void;
  readonly edit: () => void;
  readonly focusView: () => void;
}

const isInView = (target: EventTarget): boolean =>
  target instanceof HTMLElement && target.closest('[data-flow-view]') !== null;

/** The keys of the editor, the same in both views; letters in fields are left alone. */
export function useEditorKeys(props: KeysProps) {
  const { mayChange, acts, spots, say, focusView } = props;
  const { message } = App.useApp();
  /** Escape was pressed: Tab leads out of the view. */
  const isLeaving = useRef(false);
  const chosenSpot = () => spots.get(acts.now().chosen);

  /** In fields, too. */
  const everywhere: Readonly<Record<string, (() => void) | undefined>> = {
    F8: props.nextProblem,
    'mod+f': props.find,
    'mod+s': mayChange ? props.save : undefined,
    'mod+Enter': props.test,
  };
  const inView: Readonly<Record<string, (() => void) | undefined>> = {
    'mod+z': acts.undo,
    'mod+shift+z': acts.redo,
    'mod+y': acts.redo,
    'mod+d': () => {
      const spot = chosenSpot();
      if (spot) acts.apply(duplicate(acts.now().doc, spot.steps));
    },
    'alt+ArrowUp': () => moved(-1),
    'alt+ArrowDown': () => moved(1),
    Delete: props.remove,
    Backspace: props.remove,
    Enter: props.edit,
    F2: props.edit,
  };
  const moved = (by: -1 | 1) => {
    const spot = chosenSpot();
    if (spot) acts.apply(move(acts.now().doc, spot.steps, by));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    const name = `${event.ctrlKey || event.metaKey ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${
      event.shiftKey && key.length > 1 ? 'shift+' : ''
    }${event.ctrlKey && event.shiftKey && key.length === 1 ? 'shift+' : ''}${key.length === 1 ? key.toLowerCase() : key}`;
    const act = everywhere[name];
    if (act) {
      event.preventDefault();
      // Ctrl+Enter would finish a wrap-up, too.
      event.stopPropagation();
      return act();
    }
    if (!isInView(event.target)) {
      // From the settings back to where they belong.
      if (key === 'Escape' && event.target instanceof HTMLElement && event.target.closest('.flow-form'))
        focusView();
      return;
    }
    if (name === 'Tab' && mayChange && !isLeaving.current) {
      event.preventDefault();
      return props.openAdd();
    }
    isLeaving.current = key === 'Escape';
    if (name === 'Enter' || name === 'F2' || mayChange) {
      const own = inView[name];
      if (!own) return;
      event.preventDefault();
      own();
    }
  };
  const onCopy = (event: ClipboardEvent) => {
    const spot = isInView(event.target) ? chosenSpot() : undefined;
    if (!spot) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', copied(acts.now().doc, [spot.node]));
  };
  const onCut = (event: ClipboardEvent) => {
    onCopy(event);
    if (event.defaultPrevented && mayChange) props.remove();
  };
  const onPaste = (event: ClipboardEvent) => {
    if (!mayChange || !isInView(event.target)) return;
    const at = chosenSpot()?.steps ?? pointerSteps(acts.now().chosen);
    const made = pasted(acts.now().doc, at, event.clipboardData.getData('text/plain'));
    if (!made) return;
    event.preventDefault();
    acts.apply(made);
    const told = [
      say('pasted'),
      ...(made.brought.length > 0 ? [say('brought', { names: made.brought.join('、') })] : []),
      ...(made.differs.length > 0 ? [say('differs', { names: made.differs.join('、') })] : []),
    ].join('；');
    if (made.differs.length > 0) message.warning(told);
    else message.success(told);
  };
  return { onKeyDown, onCopy, onCut, onPaste };
}

/** Of a flow or a branch: nothing in its way is a list but the entries of rules and shares. */
const pointerSteps = (pointer: string): Steps =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
