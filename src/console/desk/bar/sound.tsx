import SoundOutlined from '@ant-design/icons/es/icons/SoundOutlined';
import WifiOutlined from '@ant-design/icons/es/icons/WifiOutlined';
import { Button, Popover, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { percent } from '../../kit/format.ts';
import { Pill } from '../../kit/status-pill.tsx';
import type { PhoneSight } from '../tab-phone.ts';
import type { DeskPhone } from '../use-tab-phone.ts';
import { STEPS, stepsOf } from './loudness.ts';
import { barWords } from './words.ts';

/** MOS from which on one hears well, and from which on one understands (ITU-T G.107, annex B). */
const GOOD_MOS = 4;
const FAIR_MOS = 3.6;

/** How the way to the PBX is, in a word, with its figures. */
export function NetworkLight({ quality }: { readonly quality: NonNullable<PhoneSight['quality']> }) {
  const say = useSay(barWords);
  const { mos, roundTripMs, loss, jitterMs } = quality;
  const [grade, tone] =
    mos >= GOOD_MOS
      ? (['good', 'green'] as const)
      : mos >= FAIR_MOS
        ? (['fair', 'amber'] as const)
        : (['poor', 'red'] as const);
  const figures = say('figures', {
    rtt: roundTripMs === undefined ? say('unknown') : Math.round(roundTripMs),
    loss: percent(loss),
    jitter: Math.round(jitterMs),
    mos: mos.toFixed(1),
  });
  return (
    <span className="pb-network" title={figures}>
      <Pill tone={tone} icon={<WifiOutlined />}>
        {say('network', { grade: say(grade) })}
        <span className="pb-wide">{say('mos', { mos: mos.toFixed(1) })}</span>
      </Pill>
      <span className="visually-hidden">{figures}</span>
    </span>
  );
}

/** Whether the microphone hears him. */
export function MicrophoneLevel({ level, isMuted }: { readonly level: number; readonly isMuted: boolean }) {
  const say = useSay(barWords);
  const steps = isMuted ? 0 : stepsOf(level);
  return (
    <span
      className={`pb-level pb-level-${steps}`}
      role="meter"
      aria-label={say('level')}
      aria-valuemin={0}
      aria-valuemax={STEPS}
      aria-valuenow={steps}
    >
      {Array.from({ length: STEPS }, (_, step) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps are all the same
        <span key={step} />
      ))}
    </span>
  );
}

/** Microphone, speaker and notifications. */
export function DevicesMenu({ phone }: { readonly phone: DeskPhone }) {
  const say = useSay(barWords);
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger="click"
      title={say('devices')}
      content={isOpen && <Devices phone={phone} />}
    >
      <Button type="text" icon={<SoundOutlined />} aria-label={say('devices')} title={say('devices')} />
    </Popover>
  );
}

function Devices({ phone }: { readonly phone: DeskPhone }) {
  const say = useSay(barWords);
  const found = useDevices();
  const { kind, sight, use, role } = phone;
  const { devices } = sight;
  const choice = (which: 'microphone' | 'speaker', of: MediaDeviceKind) => {
    const options = found
      .filter((each) => each.kind === of && each.deviceId !== '' && each.deviceId !== 'default')
      .map(({ deviceId, label }) => ({ value: deviceId, label: label || deviceId.slice(0, 8) }));
    return (
      // biome-ignore lint/a11y/noLabelWithoutControl: antd's Select has the control
      <label className="pb-device">
        <span>{say(which)}</span>
        <Select
          aria-label={say(which)}
          // One that is not plugged in is not used.
          value={options.find(({ value }) => value === devices[which])?.value ?? ''}
          options={[{ value: '', label: say('byBrowser') }, ...options]}
          onChange={(value: string) =>
            void use({ ...devices, [which]: value === '' ? undefined : value }).catch(() => {})
          }
        />
      </label>
    );
  };
  return (
    <div className="pb-devices">
      {kind === 'browser' && role !== 'off' && (
        <>
          {choice('microphone', 'audioinput')}
          {choice('speaker', 'audiooutput')}
        </>
      )}
      <Notifications />
    </div>
  );
}

function useDevices(): readonly MediaDeviceInfo[] {
  const [found, setFound] = useState<readonly MediaDeviceInfo[]>([]);
  useEffect(() => {
    const { mediaDevices } = navigator;
    if (!mediaDevices) return;
    const look = () => void mediaDevices.enumerateDevices().then(setFound, () => {});
    look();
    mediaDevices.addEventListener('devicechange', look);
    return () => mediaDevices.removeEventListener('devicechange', look);
  }, []);
  return found;
}

function Notifications() {
  const say = useSay(barWords);
  const isThere = 'Notification' in globalThis;
  const [permission, setPermission] = useState(isThere ? Notification.permission : 'denied');
  if (!isThere) return null;
  return (
    <div className="pb-notify">
      <span>
        {say('notify')}
        <span className="small faint">{say(permission === 'denied' ? 'notifyDenied' : 'notifyWhy')}</span>
      </span>
      {permission === 'default' && (
        <Button size="small" onClick={() => void Notification.requestPermission().then(setPermission)}>
          {say('notifyAsk')}
        </Button>
      )}
      {permission === 'granted' && <span className="small">{say('notifyOn')}</span>}
    </div>
  );
}
