/** Versions of stored hotlines, for the API. */
import type { Dialplans } from './dialplan/dialplans.ts';
import { differenceText } from './dialplan/diff/diff-words.ts';
import { type HotlineDifference, hotlineDiff } from './dialplan/diff/hotline-diff.ts';
import type { Hotline } from './dialplan/node/hotline.ts';
import { hotlineOf } from './dialplan/plan/stored-hotlines.ts';
import type { HotlineVersionBoard } from './http/routes/hotline-versions.ts';
import { ChangeRefused, flawOf, type Mistake } from './provisioning/check/mistake.ts';
import type { HotlineName, HotlineVersions } from './provisioning/version/hotline-versions.ts';
import { type Flaw, PbxError } from './shared/errors.ts';

export function hotlineBoard(
  versions: HotlineVersions,
  hotlines: Pick<Dialplans, 'misshapen'>,
): HotlineVersionBoard {
  /** A version that can be read, whatever it names. Throws PbxError `change-refused` for a draft that cannot. */
  const readable = async (name: HotlineName, version: number): Promise<Hotline> => {
    try {
      const value = await versions.value(name, version);
      const mistakes = hotlines.misshapen(value);
      if (mistakes.length > 0) throw new ChangeRefused(mistakes);
      return hotlineOf(value);
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      const flaws = error.mistakes.map((mistake) => flawIn(name, mistake));
      const text = flaws.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
      const message = `version ${version} cannot be compared: ${text}`;
      throw new PbxError('change-refused', message, { flaws, cause: error });
    }
  };
  return {
    list: (name) => versions.list(name),
    get: (name, version) => versions.get(name, version),
    draft: (name) => versions.draft(name),
    save: (name, draft) => versions.save(name, draft),
    drop: (name, read, act) => versions.drop(name, read, act),
    check: async (name) => {
      const { version, mistakes } = await versions.check(name);
      return { version, flaws: mistakes.map((mistake) => flawIn(name, mistake)) };
    },
    publish: (name, version, act) => versions.publish(name, version, act),
    rollBack: (name, version, act) => versions.rollBack(name, version, act),
    tryOut: (name, version, canary, act) => versions.tryOut(name, version, canary, act),
    endTrial: (name, act) => versions.endTrial(name, act),
    diff: async (name, from, to, language) => {
      const [before, after] = [await readable(name, from), await readable(name, to)];
      return hotlineDiff(before, after).map((difference) => ({
        kind: difference.kind,
        path: pathOf(difference),
        text: differenceText(difference, language),
      }));
    },
  };
}

/** What is wrong, with a pointer into the hotline itself where it is its own. */
function flawIn({ hotline }: HotlineName, mistake: Mistake): Flaw {
  const flaw = flawOf(mistake);
  const isOwn = mistake.kind === 'hotline' && mistake.name === hotline;
  return isOwn ? { ...flaw, pointer: flaw.pointer.replace(/^\/hotlines\/\d+/, '') } : flaw;
}

const pathOf = (difference: HotlineDifference): string => ('path' in difference ? difference.path : '');
