import { describe, expect, it } from 'vitest';
import { chosenOrAny } from '../../../src/client/softphone/chosen-or-any.ts';

/** What a browser does with these plugged in. */
function browserWith(...plugged: readonly string[]) {
  const asked: (string | undefined)[] = [];
  const open = async (deviceId: string | undefined): Promise<string> => {
    asked.push(deviceId);
    const found = deviceId === undefined ? plugged[0] : plugged.find((each) => each === deviceId);
    if (found !== undefined) return found;
    throw Object.assign(new Error(''), {
      name: plugged.length > 0 ? 'OverconstrainedError' : 'NotFoundError',
    });
  };
  return { asked, open };
}

describe('chosenOrAny', () => {
  it('opens the microphone that was chosen', async () => {
    const { asked, open } = browserWith('built in', 'headset');
    expect(await chosenOrAny('headset', open)).toBe('headset');
    expect(asked).toEqual(['headset']);
  });

  it('takes another one where that is not plugged in', async () => {
    expect(await chosenOrAny('headset', browserWith('built in').open)).toBe('built in');
  });

  it('says so where there is none at all, and asks no more than needed', async () => {
    const { asked, open } = browserWith();
    await expect(chosenOrAny(undefined, open)).rejects.toMatchObject({ name: 'NotFoundError' });
    expect(asked).toEqual([undefined]);
    await expect(chosenOrAny('headset', open)).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('asks nobody again who has refused', async () => {
    let times = 0;
    const refused = async () => {
      times += 1;
      throw Object.assign(new Error(''), { name: 'NotAllowedError' });
    };
    await expect(chosenOrAny('headset', refused)).rejects.toMatchObject({ name: 'NotAllowedError' });
    expect(times).toBe(1);
  });
});
