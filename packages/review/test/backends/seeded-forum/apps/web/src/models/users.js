const knex = require('../knex');

const SORTABLE = ['handle', 'karma', 'created_at'];

function search(text, sort) {
    const column = SORTABLE.includes(sort) ? sort : 'handle';
    return knex('users')
        .select('id', 'handle', 'karma')
        .whereRaw('lower(handle) like ?', [`%${String(text).toLowerCase()}%`])
        .orderByRaw(`${column} asc`)
        .limit(50);
}

function searchByMail(text) {
    return knex('users').select('id', 'handle').whereRaw(`email like '%${text}%'`).limit(50);
}

function ranking(order) {
    const by = 'karma ' + order;
    return knex('users').select('handle', 'karma').orderByRaw(by).limit(20);
}

function byId(id) {
    return knex('users').where({ id }).first();
}

module.exports = { search, searchByMail, ranking, byId };
