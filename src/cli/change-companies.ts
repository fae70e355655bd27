import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { prepareDataDir } from '../config/data-dir.ts';
import { openCompanies } from '../open-companies.ts';
import { openHotlines } from '../open-hotlines.ts';
import { readTables, takeOverTables } from '../open-tables.ts';
import { PromptCatalogue } from '../prompt/prompt-catalogue.ts';
import { answerApply } from '../provisioning/control/answer-apply.ts';
import { askRunning } from '../provisioning/control/ask-running.ts';
import { type ApplyAnswer, type ApplyRequest, CONTROL_SOCKET } from '../provisioning/control/protocol.ts';
import { systemClock } from '../shared/clock.ts';
import { systemIds } from '../shared/ids.ts';
import { silentLogger } from '../shared/logger.ts';
import { openStore } from '../store/open-store.ts';

/** A change of companies' entities: the PBX that runs with this data folder takes it, or we ourselves, holding its database. */
export async function changeCompanies(config: Config, request: ApplyRequest): Promise<ApplyAnswer> {
  const running = await askRunning<ApplyAnswer>(join(config.dataDir, CONTROL_SOCKET), request);
  if (running) return running;
  prepareDataDir(config.dataDir);
  const services = { clock: systemClock, ids: systemIds, logger: silentLogger };
  const store = await openStore(config.store, {
    nodeId: config.nodeId,
    waiting: config.journal,
    ...services,
  });
  try {
    const prompts = new PromptCatalogue(config.promptDirs, config.language);
    const companies = await openCompanies(config, store, prompts.names, services);
    // What cannot be read is told by the next start, and may be what the change is to mend.
    const tables = readTables(config.dataDir, companies.provisioning.snapshot, () => {});
    const hotlines = await openHotlines(config, companies, { prompts, ...tables, ...services });
    try {
      await takeOverTables(config.dataDir, companies, silentLogger);
      return await answerApply(companies, request);
    } finally {
      hotlines.close();
    }
  } finally {
    await store.close();
  }
}
