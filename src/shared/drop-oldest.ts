/**
 * Drops the tenth of `map` that was put in first. Many at once, because a Map keeps the places of what was deleted for a
 * while: to drop one each time would walk over them each time.
 */
export function dropOldest(map: Map<string, unknown>): void {
  let left = Math.ceil(map.size / 10);
  for (const key of map.keys()) {
    if (left-- === 0) return;
    map.delete(key);
  }
}
