'use strict';

const Joi = require('joi');
const { id } = require('./validate');

const pageQuery = {
    after: id.default('0'),
    limit: Joi.number().integer().min(1).max(100).default(25),
};

async function readPage(query, { after, limit }, column = 'id') {
    const rows = await query.where(column, '>', after).orderBy(column).limit(limit + 1);
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? items[items.length - 1].id : null };
}

module.exports = { pageQuery, readPage };
