import { useCallback, useState } from 'react';
import { remember, remembered } from '../../kit/remembered.ts';
import type { Offset, Offsets } from './model/layout.ts';

/** Where nodes were dragged to on this browser's canvas: apart from the flow, so that it is no change of it. */
export function useOffsets(number: string) {
  const key = `flow-layout.${number}`;
  const [offsets, setOffsets] = useState<Offsets>(() => parsed(remembered(key)));
  const place = useCallback(
    (path: string | undefined, offset: Offset | undefined) =>
      setOffsets((before) => {
        const after = path === undefined || offset === undefined ? {} : { ...before, [path]: offset };
        remember(key, Object.keys(after).length === 0 ? undefined : JSON.stringify(after));
        return after;
      }),
    [key],
  );
  return { offsets, place };
}

function parsed(text: string | undefined): Offsets {
  try {
    return text === undefined ? {} : (JSON.parse(text) as Offsets);
  } catch {
    return {};
  }
}
