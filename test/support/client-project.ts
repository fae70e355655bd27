import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** A project with these files that has `pbx400/client`, its softphone and sip.js as `npm install` brings it; {@link cleanUp} removes it. */
export class ClientProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'pbx400-project-'));

  constructor(files: string) {
    cpSync(join(ROOT, files), this.folder, { recursive: true });
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }');
    const { name, type, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const installed = join(this.folder, 'node_modules', name);
    mkdirSync(join(installed, 'dist/client/softphone'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules/sip.js'), join(this.folder, 'node_modules/sip.js'));
    writeFileSync(join(installed, 'package.json'), JSON.stringify({ name, type, exports }));
    for (const file of readdirSync(join(ROOT, 'src/client'), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const source = stripTypeScriptTypes(readFileSync(join(ROOT, 'src/client', file), 'utf8'));
      const text = source.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'");
      writeFileSync(join(installed, 'dist/client', file.replace(/ts$/, 'js')), text);
    }
  }

  cleanUp(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
