'use strict';

const createKnex = require('knex');
const config = require('./config');

const knex = createKnex({
    client: 'pg',
    connection: {
        connectionString: config.databaseUrl,
        statement_timeout: 8000,
        idle_in_transaction_session_timeout: 10000,
    },
    pool: { min: 0, max: 6 },
    acquireConnectionTimeout: 5000,
});

module.exports = knex;
