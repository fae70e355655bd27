/** Versions of stored hotlines, for the API. */
import { differenceText } from './dialplan/diff/diff-words.ts';
import { type HotlineDifference, hotlineDiff } from './dialplan/diff/hotline-diff.ts';
import { hotlineOf } from './dialplan/plan/stored-hotlines.ts';
import type { HotlineVersionBoard } from './http/routes/hotline-versions.ts';
import { flawOf } from './provisioning/check/mistake.ts';
import type { HotlineVersions } from './provisioning/version/hotline-versions.ts';

export function hotlineBoard(versions: HotlineVersions): HotlineVersionBoard {
  return {
    list: (name) => versions.list(name),
    get: (name, version) => versions.get(name, version),
    draft: (name) => versions.draft(name),
    save: (name, draft) => versions.save(name, draft),
    drop: (name, read, act) => versions.drop(name, read, act),
    check: async (name) => {
      const { version, mistakes } = await versions.check(name);
      const flaws = mistakes.map((mistake) => {
        const isOwn = mistake.kind === 'hotline' && mistake.name === name.hotline;
        const flaw = flawOf(mistake);
        return isOwn ? { ...flaw, pointer: flaw.pointer.replace(/^\/hotlines\/\d+/, '') } : flaw;
      });
      return { version, flaws };
    },
    publish: (name, version, act) => versions.publish(name, version, act),
    rollBack: (name, version, act) => versions.rollBack(name, version, act),
    tryOut: (name, version, canary, act) => versions.tryOut(name, version, canary, act),
    endTrial: (name, act) => versions.endTrial(name, act),
    diff: async (name, from, to, language) => {
      const [before, after] = [await versions.value(name, from), await versions.value(name, to)];
      return hotlineDiff(hotlineOf(before), hotlineOf(after)).map((difference) => ({
        kind: difference.kind,
        path: pathOf(difference),
        text: differenceText(difference, language),
      }));
    },
  };
}

const pathOf = (difference: HotlineDifference): string => ('path' in difference ? difference.path : '');
