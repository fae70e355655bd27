import type { CallSettings } from '../call/destination.ts';
import type { Extension } from '../provisioning/kind/extension.ts';
import type { EntityChange, Provisioned } from '../provisioning/provisioning.ts';
import { type Subscription, TypedEvents } from '../shared/events.ts';

/** What a phone sets for the calls to it: do-not-disturb (免打扰), and where they are forwarded (呼叫转移). */
export const PHONE_SETTINGS = ['doNotDisturb', 'always', 'busy', 'noAnswer', 'unreachable'] as const;

export type PhoneSetting = (typeof PHONE_SETTINGS)[number];

/** Something that was set at a phone; see the store's StoredPhoneSetting. */
export interface SetAtPhone {
  readonly tenant: string;
  readonly extension: string;
  readonly setting: string;
  /** A number, `on`, or '' for off; undefined: as the extension itself has it. */
  readonly value: string | undefined;
}

export interface PhoneSettingsEvents {
  changed: { readonly tenant: string; readonly extension: string };
}

const DEFAULT_RING_MS = 20_000;

/**
 * What extensions have set for the calls to them: what was set last, at the phone or in the entity, counts. `save` keeps what is
 * set at phones over restarts.
 */
export class PhoneSettings {
  readonly events = new TypedEvents<PhoneSettingsEvents>();
  readonly #provisioning: Provisioned;
  readonly #save: (changed: SetAtPhone) => void;
  /** By `tenant/extension`, then by setting. */
  readonly #set = new Map<string, Map<string, string>>();
  readonly #changes: Subscription;

  constructor(
    provisioning: Provisioned,
    set: readonly SetAtPhone[] = [],
    save: (changed: SetAtPhone) => void = () => {},
  ) {
    this.#provisioning = provisioning;
    this.#save = save;
    this.replace(set);
    this.#changes = provisioning.events.on('changed', ({ changes }) => {
      for (const change of changes) if (change.kind === 'extension') this.#follow(change);
    });
  }

  of(tenant: string, extension: string): CallSettings {
    const entity = this.#provisioning.snapshot.get('extension', tenant, extension);
    const set = this.#set.get(`${tenant}/${extension}`);
    const value = (setting: PhoneSetting) => set?.get(setting) ?? ownValue(entity, setting);
    return {
      doNotDisturb: value('doNotDisturb') !== '',
      always: value('always'),
      busy: value('busy'),
      noAnswer: value('noAnswer'),
      unreachable: value('unreachable'),
      ringMs: entity?.forward.ringMs ?? DEFAULT_RING_MS,
    };
  }

  /** A phone sets something; '' switches it off. */
  put(tenant: string, extension: string, setting: PhoneSetting, value: string): void {
    this.#keep({ tenant, extension, setting, value });
  }

  /** Takes `set` in place of all: another node may have set some. */
  replace(set: readonly SetAtPhone[]): void {
    const touched = new Map([...this.#set.keys()].map((key) => [key, splitKey(key)]));
    this.#set.clear();
    for (const one of set) {
      this.#note(one);
      touched.set(`${one.tenant}/${one.extension}`, one);
    }
    for (const phone of touched.values()) this.events.emit('changed', phone);
  }

  close(): void {
    this.#changes.off();
    this.events.clear();
  }

  /** What an entity says anew takes the place of what its phone said before; that of one that is gone is forgotten. */
  #follow({ tenant, name, before, after }: EntityChange): void {
    const set = this.#set.get(`${tenant}/${name}`);
    const [was, is] = [before, after] as (Extension | undefined)[];
    for (const setting of PHONE_SETTINGS) {
      const isNew = ownValue(was, setting) !== ownValue(is, setting);
      if (set?.has(setting) && (isNew || !is))
        this.#keep({ tenant, extension: name, setting, value: undefined });
    }
    this.events.emit('changed', { tenant, extension: name });
  }

  #keep(changed: SetAtPhone): void {
    this.#note(changed);
    this.#save(changed);
    this.events.emit('changed', changed);
  }

  #note({ tenant, extension, setting, value }: SetAtPhone): void {
    const key = `${tenant}/${extension}`;
    const set = this.#set.get(key) ?? new Map<string, string>();
    if (value === undefined) set.delete(setting);
    else set.set(setting, value);
    if (set.size > 0) this.#set.set(key, set);
    else this.#set.delete(key);
  }
}

function splitKey(key: string) {
  const [tenant = '', extension = ''] = key.split('/');
  return { tenant, extension };
}

function ownValue(extension: Extension | undefined, setting: PhoneSetting): string {
  if (setting === 'doNotDisturb') return extension?.doNotDisturb ? 'on' : '';
  return extension?.forward[setting] ?? '';
}
