/** What companies make prompts with: for the PBX that runs. */
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Config } from './config/config.ts';
import type { ByWhom } from './http/by-whom.ts';
import type { PromptBoard, PromptPhone, PromptVersionRow } from './http/routes/prompts.ts';
import type { Jobs } from './job/jobs.ts';
import { CheckedOutbound } from './outbound/checked-outbound.ts';
import type { Pbx } from './pbx.ts';
import { Espeak } from './prompt/espeak.ts';
import { OutsideSpeech } from './prompt/outside-speech.ts';
import type { PromptCatalogue } from './prompt/prompt-catalogue.ts';
import { type PromptPlace, PromptShelf, type PromptVersion } from './prompt/prompt-shelf.ts';
import { type MadePrompt, PromptWorkshop, type Work } from './prompt/prompt-workshop.ts';
import { NoSpeech, type SpeechSynthesizer } from './prompt/speech-synthesizer.ts';
import { LOUDNESS_LUFS, TelephoneAudio } from './prompt/telephone-audio.ts';
import type { Companies } from './provisioning/companies.ts';
import type { CompanyPrompt } from './provisioning/kind/prompt.ts';
import { PeakMaker } from './recording/peaks.ts';
import type { Clock } from './shared/clock.ts';
import { ClosedError, PbxError } from './shared/errors.ts';
import type { IdSource } from './shared/ids.ts';
import { UploadFolder } from './shared/upload-folder.ts';
import type { AuditEntry } from './store/store.ts';
import type { PhoneTake } from './voicemail/phone-take.ts';

/** Folder of uploads within the data folder. */
const UPLOADS_FOLDER = 'uploads';

export interface PromptParts {
  readonly companies: Pick<Companies, 'provisioning' | 'apply' | 'history'>;
  readonly catalogue: Pick<PromptCatalogue, 'language' | 'fileIn'>;
  readonly jobs: Pick<Jobs, 'start'>;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly phones: PromptPhones;
}

/** Phones at which people record. */
export interface PromptPhones {
  /** The extension that is meant. Throws PbxError `not-found`; what forbids calls now. */
  extensionOf(tenant: string, phone: PromptPhone): string;
  /** Rings it, and records to `file`; throws what {@link PhoneTakes.take} throws. */
  take(take: PhoneTake): Promise<void>;
}

/** Opens it; uploads that another process left are gone. */
export async function openPrompts(
  config: Pick<Config, 'dataDir' | 'speech'> & { readonly http: Pick<Config['http'], 'outbound'> },
  parts: PromptParts,
): Promise<{ readonly board: PromptBoard; close(): Promise<void> }> {
  const { companies, clock, ids } = parts;
  const uploads = new UploadFolder({ folder: join(config.dataDir, UPLOADS_FOLDER), clock, ids });
  await uploads.prepare();
  const shelf = new PromptShelf({
    dataDir: config.dataDir,
    provisioning: companies.provisioning,
    change: (change) => companies.apply(change),
  });
  const outbound = new CheckedOutbound({ allow: config.http.outbound.allow, clock });
  const speech = speechOf(config.speech, outbound, clock);
  const workshop = new PromptWorkshop({ audio: new TelephoneAudio({ clock }), speech, shelf, uploads });
  const peaks = new PeakMaker(clock, { isKept: false });
  const closing = new AbortController();
  return {
    board: promptBoard({ ...parts, uploads, shelf, workshop, peaks, closing: closing.signal }),
    close: async () => {
      closing.abort(new ClosedError('prompts'));
      outbound.close();
      await peaks.close();
    },
  };
}

function speechOf(
  { engine, url, token }: Config['speech'],
  outbound: CheckedOutbound,
  clock: Clock,
): SpeechSynthesizer {
  switch (engine) {
    case 'espeak':
      return new Espeak({ clock });
    case 'http':
      return new OutsideSpeech({ outbound, url: url!, token });
    case 'none':
      return new NoSpeech();
  }
}

/** Ways in which a prompt is made: a job each. */
type PromptAct = 'upload' | 'speech' | 'trim' | 'recording';
/** Steps of a recording by phone: it rings, records, plays back; and those of its making. */
const PHONE_STEPS = { recording: 1, review: 2, kept: 3 } as const;
const MAKING_STEPS = 3;

interface BoardParts extends PromptParts {
  readonly uploads: UploadFolder;
  readonly shelf: PromptShelf;
  readonly workshop: PromptWorkshop;
  readonly peaks: Pick<PeakMaker, 'of'>;
  /** Ends what no job does. */
  readonly closing: AbortSignal;
}

function promptBoard({ uploads, shelf, workshop, peaks, closing, ...parts }: BoardParts): PromptBoard {
  const { catalogue, jobs, clock, companies } = parts;
  /** What callers hear now: for the audit trail. */
  const versionOf = async (place: PromptPlace) =>
    (await shelf.versions(place)).find(({ isCurrent }) => isCurrent)?.version ?? null;

  /** Notes what was done, and what callers heard before. */
  async function noted<Made extends PromptVersion>(
    act: PromptAct | 'restore',
    { tenant, name, language }: PromptPlace,
    { by, address, reason }: ByWhom,
    make: () => Promise<Made>,
  ): Promise<Made> {
    const before = await versionOf({ tenant, name, language });
    const made = await make();
    const details = { act, prompt: name, language, before, after: made.version, reason, address };
    await parts.tell({ tenantId: tenant, at: clock.now(), action: 'prompt', by, details });
    return made;
  }

  const begin = (act: PromptAct, place: PromptPlace, by: ByWhom, make: (work: Work) => Promise<MadePrompt>) =>
    jobs.start({ kind: `prompt-${act}`, tenantId: place.tenant, by: by.by }, async (work) => {
      const made = await noted(act, place, by, () => make(work));
      const { version, durationMs, loudness } = made;
      return { prompt: place.name, language: place.language ?? null, version, durationMs, loudness };
    });

  /** Before somebody sends 50 MB for nothing. */
  function requireCompany({ tenant }: PromptPlace): void {
    if (!companies.provisioning.snapshot.get('tenant', tenant, tenant))
      throw new PbxError('not-found', `there is no company ${tenant}`);
  }

  return {
    versions: async (place) => {
      const [versions, makers] = [await shelf.versions(place), await makersOf(place)];
      return versions.map((each) => versionRow(each, makers));
    },
    audio: async (place, version) => await audioAt(await pathOf(place, version)),
    peaks: async (place, version) => {
      const drawn = await peaks.of(await pathOf(place, version));
      if (!drawn) throw new PbxError('not-found', `the audio of ${place.name} is not on this machine`);
      return drawn;
    },
    level: async (place, version) => {
      const { loudness, peak } = await workshop.levelOf(await pathOf(place, version), closing);
      return { loudness, peak, target: LOUDNESS_LUFS };
    },
    restore: async (place, version, by) => {
      const restored = await noted('restore', place, by, () => shelf.restore(place, version, by.by));
      return versionRow(restored, await makersOf(place));
    },
    upload: async (place, sent: Readable, by) => {
      requireCompany(place);
      const file = await uploads.receive(place.tenant, sent);
      try {
        return await begin('upload', place, by, (work) => workshop.ofFile({ place, by: by.by }, file, work));
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    },
    say: async (place, speech, by) => {
      requireCompany(place);
      workshop.proveSpeech(speech);
      return await begin('speech', place, by, (work) => workshop.ofText({ place, by: by.by }, speech, work));
    },
    trim: async (place, { version, ...span }, by) => {
      requireCompany(place);
      const file = await pathOf(place, version);
      return await begin('trim', place, by, (work) =>
        workshop.ofPart({ place, by: by.by }, file, span, work),
      );
    },
    record: async (place, phone, by) => {
      requireCompany(place);
      const { tenant, name } = place;
      const extension = parts.phones.extensionOf(tenant, phone);
      return await begin('recording', place, by, async ({ signal, progress }) => {
        const total = PHONE_STEPS.kept + MAKING_STEPS;
        progress(0, total);
        const file = `${uploads.newPath()}.wav`;
        const onStep = (step: keyof typeof PHONE_STEPS) => progress(PHONE_STEPS[step], total);
        try {
          const take = { tenant, extension, what: `the prompt ${name}`, by: by.by, file, signal, onStep };
          await parts.phones.take(take);
          const making = { signal, progress: (done: number) => progress(PHONE_STEPS.kept + done, total) };
          return await workshop.ofFile({ place, by: by.by }, file, making);
        } finally {
          await rm(file, { force: true });
        }
      });
    },
    speech: async (place) => {
      requireCompany(place);
      const { languages, voices } = workshop.speech;
      return { languages: languages && [...languages], voices: voices && [...voices] };
    },
  };

  /** Who had callers hear each file first, by the history of the prompt. */
  async function makersOf({ tenant, name, language }: PromptPlace): Promise<ReadonlyMap<string, string>> {
    const makers = new Map<string, string>();
    for (const { body, by } of await companies.history({ kind: 'prompt', tenant, name })) {
      if (body === undefined) continue;
      const { file, languages } = JSON.parse(body) as Pick<CompanyPrompt, 'file' | 'languages'>;
      const heard = language === undefined ? file : languages?.[language];
      if (heard !== undefined && !makers.has(heard)) makers.set(heard, by);
    }
    return makers;
  }

  async function pathOf(place: PromptPlace, version: string | undefined): Promise<string> {
    const { name, language = catalogue.language } = place;
    const hasOwn = version !== undefined || (await versionOf(place)) !== null;
    const common = hasOwn ? undefined : catalogue.fileIn(language, name);
    return common ?? (await shelf.path(place, version));
  }
}

async function audioAt(path: string) {
  const { size } = await stat(path);
  return {
    bytes: size,
    type: 'audio/wav',
    read: ({ from, to }: { readonly from: number; readonly to: number }) =>
      createReadStream(path, { start: from, end: to }),
  };
}

function versionRow(
  { version, file, madeAt, durationMs, bytes, isCurrent }: PromptVersion,
  makers: ReadonlyMap<string, string>,
): PromptVersionRow {
  const by = makers.get(file) ?? null;
  return { version, madeAt: new Date(madeAt).toISOString(), by, durationMs, bytes, isCurrent };
}

/** Phones of the PBX that runs. `mayBegin` throws while no new calls are taken. */
export function promptPhones(
  { acd, phoneTakes }: Pick<Pbx, 'acd' | 'phoneTakes'>,
  mayBegin: () => void,
): PromptPhones {
  return {
    extensionOf: (tenant, { extension, agent }) => {
      mayBegin();
      const seat = agent === undefined ? undefined : acd.seatOf(tenant, agent);
      const found = extension ?? (seat?.kind === 'extension' ? seat.number : undefined);
      if (found === undefined) throw new PbxError('not-found', 'who asks sits at no extension: name one');
      phoneTakes.prove(tenant, found);
      return found;
    },
    take: (take) => phoneTakes.take(take),
  };
}
