import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { openMicrophone } from '../../client/softphone/microphone.ts';
import type { Devices } from '../../client/softphone/softphone.ts';
import type { DeskRow } from '../api/types.ts';
import { ownPhone } from './own-phone.ts';
import {
  type PhoneKind,
  rememberDevices,
  rememberedDevices,
  rememberedKind,
  rememberKind,
} from './phone-choice.ts';
import type { PhoneSight, TabPhone, TabRole } from './tab-phone.ts';

/** The phone of who is signed in, as this tab has it. */
export interface DeskPhone {
  readonly kind: PhoneKind;
  readonly choose: (kind: PhoneKind) => void;
  readonly role: TabRole;
  readonly sight: PhoneSight;
  /** Has it registered before the agent signs in. Rejects with PhoneError. */
  readonly arm: () => Promise<void>;
  /** Puts it away again, where he does not sign in. */
  readonly disarm: () => void;
  readonly use: (devices: Devices) => Promise<void>;
  readonly tab: TabPhone | undefined;
}

const nothing = () => () => {};

/** `row`: of who is signed in; undefined: he is no agent. */
export function useTabPhone(company: string | undefined, row: DeskRow | undefined): DeskPhone {
  const agent = row?.agent;
  const tab = useMemo(
    () => (company === undefined || agent === undefined ? undefined : ownPhone(company, agent)),
    [company, agent],
  );
  const [chosen, setChosen] = useState(rememberedKind);
  const [isArmed, setArmed] = useState(false);
  // Who has a phone that can be rung already, and never chose, sits at that.
  const kind: PhoneKind =
    chosen ?? (row?.seat.isReachable || row?.seat.kind === 'outside' ? 'phone' : 'browser');
  const isSignedIn = row !== undefined && row.state !== 'signed-out';
  // Where nobody chose, no phone is begun by itself.
  const isWanted = kind === 'browser' && (isArmed || (isSignedIn && chosen === 'browser'));
  useEffect(() => {
    if (isWanted) tab?.start();
    else tab?.stop();
  }, [tab, isWanted]);
  useEffect(() => () => tab?.stop(), [tab]);
  useEffect(() => {
    // Signed in, the state keeps it; signed out it goes.
    if (isSignedIn) setArmed(false);
  }, [isSignedIn]);
  const role = useSyncExternalStore(
    useCallback((told: () => void) => tab?.onChange(told) ?? nothing(), [tab]),
    () => tab?.role ?? 'off',
  );
  const sight = useSyncExternalStore(
    useCallback((told: () => void) => tab?.onChange(told) ?? nothing(), [tab]),
    () => tab?.sight,
  );
  const choose = useCallback((next: PhoneKind) => {
    rememberKind(next);
    setChosen(next);
  }, []);
  const arm = useCallback(async () => {
    choose('browser');
    setArmed(true);
    try {
      // Said now, when there is time to mend it, and not when a caller waits.
      for (const track of (await openMicrophone(rememberedDevices().microphone)).getTracks()) track.stop();
      await tab?.ready();
    } catch (error) {
      setArmed(false);
      throw error;
    }
  }, [tab, choose]);
  const disarm = useCallback(() => setArmed(false), []);
  const use = useCallback(
    async (devices: Devices) => {
      if (tab && tab.role !== 'off') await tab.use(devices);
      rememberDevices(devices);
    },
    [tab],
  );
  return useMemo(
    () => ({
      ...{ kind, choose, role, arm, disarm, use, tab },
      sight: sight ?? { state: 'off', trouble: undefined, calls: [], quality: undefined, devices: {} },
    }),
    [kind, choose, role, sight, arm, disarm, use, tab],
  );
}
