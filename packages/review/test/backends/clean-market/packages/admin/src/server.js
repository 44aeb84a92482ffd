'use strict';

const createApp = require('./app');
const config = require('./config');
const knex = require('./db');

const server = createApp().listen(config.port, () => {
    console.log(`admin listens on ${config.port}`);
});
server.requestTimeout = 30000;

process.once('SIGTERM', () => {
    server.close(() => {
        void knex.destroy().catch((error) => {
            console.error('could not close the pool', error);
            process.exitCode = 1;
        });
    });
});
