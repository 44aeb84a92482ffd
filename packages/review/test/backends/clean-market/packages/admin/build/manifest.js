'use strict';

const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const folder = path.join(__dirname, '../public');
mkdirSync(folder, { recursive: true });

const files = {};
for (const name of readdirSync(folder).filter((entry) => /\.(js|css)$/.test(entry))) {
    const hash = createHash('sha384').update(readFileSync(path.join(folder, name))).digest('base64');
    files[name] = `sha384-${hash}`;
}
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ commit, mode: process.env.NODE_ENV, files }, null, 2));
