#!/usr/bin/env node
// Plain JavaScript, so that a Node that is too old for TypeScript can still say so.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `pbx400 needs Node 24, this is ${process.versions.node}; ` +
      'run it as `npx pbx400` or with scripts/start, which use the Node 24 that npm installs\n',
  );
  process.exit(69);
}
await import('./pbx400.ts');
