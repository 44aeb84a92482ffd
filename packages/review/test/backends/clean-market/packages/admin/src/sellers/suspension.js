'use strict';

const knex = require('../db');
const { HttpError } = require('../errors');
const { check, id } = require('../validate');

function addNote(trx, sellerId, authorId, body) {
    return trx('notes').insert({ seller_id: sellerId, author_id: authorId, body });
}

async function suspend(sellerId, adminId) {
    await knex.transaction(async (trx) => {
        const seller = await trx('sellers').where({ id: sellerId }).forUpdate().first('suspended_at');
        if (!seller) {
            throw new HttpError(404, 'No such seller');
        }
        if (seller.suspended_at) {
            throw new HttpError(409, 'Suspended already');
        }
        await trx('sellers').where({ id: sellerId }).update({ suspended_at: trx.fn.now() });
        await trx('coupons').where({ seller_id: sellerId }).update({ remaining: 0 });
        await addNote(trx, sellerId, adminId, 'Suspended');
    });
}

async function reinstate(input) {
    const { id: sellerId } = check({ id: id.required() }, { id: input });
    const changed = await knex('sellers')
        .where({ id: sellerId })
        .whereNotNull('suspended_at')
        .update({ suspended_at: null });
    if (changed === 0) {
        throw new HttpError(409, 'Not suspended');
    }
}

module.exports = { suspend, reinstate };
