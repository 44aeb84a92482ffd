'use strict';

const { parentPort, workerData } = require('node:worker_threads');
const { gzipSync } = require('node:zlib');

parentPort.postMessage(gzipSync(JSON.stringify(workerData), { level: 9 }));
