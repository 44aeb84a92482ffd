const { Router } = require('express');
const knex = require('../knex');
const actions = require('../models/actions');

const router = Router();

router.post('/:id/move', async (req, res) => {
    const id = Number(req.params.id);
    const boardId = Number(req.body.boardId);
    await knex.transaction(async (trx) => {
        const thread = await trx('threads').where({ id }).forUpdate().first();
        if (!thread) return;
        await trx('threads').where({ id }).update({ board_id: boardId });
        await trx('boards').where({ id: thread.board_id }).decrement('thread_count', 1);
        await trx('boards').where({ id: boardId }).increment('thread_count', 1);
        await actions.log(req.moderator.id, 'thread.move', String(id), trx);
    });
    res.sendStatus(204);
});

router.post('/:id/pin', async (req, res) => {
    await knex('threads').where({ id: Number(req.params.id) }).update({ pinned: true });
    await actions.log(req.moderator.id, 'thread.pin', req.params.id);
    res.sendStatus(204);
});

router.post('/merge', async (req, res) => {
    const { from, into } = req.body;
    await knex.transaction(async (trx) => {
        await trx('posts').where({ thread_id: Number(from) }).update({ thread_id: Number(into) });
        await trx('threads').where({ id: Number(from) }).update({ locked: true });
    });
    res.sendStatus(204);
});

module.exports = router;
