const knex = require('../knex');

async function log(moderatorId, action, target, trx = knex) {
    await trx('mod_actions').insert({ moderator_id: moderatorId, action, target });
}

async function latest(moderatorId) {
    return knex('mod_actions').where({ moderator_id: moderatorId }).orderBy('id', 'desc').limit(100);
}

async function all() {
    return knex.select('*').from('mod_actions').orderBy('id');
}

module.exports = { log, latest, all };
