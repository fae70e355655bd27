import type {
  HotlineVersion,
  HotlineVersionStore,
  HotlineVersionWithBody,
  VersionChange,
} from '../hotline-version.ts';

/** Versions of hotlines, until the process ends. */
export class MemoryHotlineVersions implements HotlineVersionStore {
  readonly #versions = new Map<string, HotlineVersionWithBody>();

  async of(tenant: string, hotline: string): Promise<readonly HotlineVersion[]> {
    return this.all(tenant, hotline);
  }

  async get(tenant: string, hotline: string, version: number): Promise<HotlineVersionWithBody | undefined> {
    return this.#versions.get(keyOf({ tenant, hotline, version }));
  }

  async canaries(): Promise<readonly HotlineVersionWithBody[]> {
    return [...this.#versions.values()].filter(({ state }) => state === 'canary');
  }

  async change(
    tenant: string,
    hotline: string,
    decide: (versions: readonly HotlineVersion[]) => VersionChange,
  ): Promise<void> {
    this.write(decide(this.all(tenant, hotline)));
  }

  /** Those of a hotline, the newest first. */
  all(tenant: string, hotline: string): readonly HotlineVersion[] {
    return [...this.#versions.values()]
      .filter((one) => one.tenant === tenant && one.hotline === hotline)
      .sort((a, b) => b.version - a.version)
      .map(({ body: _, ...version }) => version);
  }

  write({ put, dropped }: VersionChange): void {
    for (const version of dropped) this.#versions.delete(keyOf(version));
    for (const version of put) {
      const key = keyOf(version);
      const body = version.body ?? this.#versions.get(key)?.body;
      if (body !== undefined) this.#versions.set(key, { ...version, body });
    }
  }
}

const keyOf = ({ tenant, hotline, version }: Pick<HotlineVersion, 'tenant' | 'hotline' | 'version'>) =>
  `${tenant}\n${hotline}\n${version}`;
