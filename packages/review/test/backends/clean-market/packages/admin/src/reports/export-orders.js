'use strict';

const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const knex = require('../db');

const PAGE = 1000;

async function* pagesOfOrders({ from, to }) {
    let after = '0';
    while (true) {
        const rows = await knex('orders')
            .select('id', 'seller_id', 'status', 'total_cents')
            .where('created_at', '>=', from)
            .where('created_at', '<', to)
            .where('id', '>', after)
            .orderBy('id')
            .limit(PAGE);
        if (rows.length === 0) {
            return;
        }
        yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
        after = rows[rows.length - 1].id;
    }
}

async function exportOrders(period, res) {
    res.type('application/x-ndjson');
    await pipeline(Readable.from(pagesOfOrders(period)), res);
}

module.exports = { exportOrders };
