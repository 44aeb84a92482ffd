const { Router } = require('express');
const knex = require('../knex');

const router = Router();

router.get('/', async (req, res) => {
    res.json(await knex('banned_words').select('word').orderBy('word').limit(1000));
});

router.put('/', async (req, res) => {
    const words = (req.body.words || []).slice(0, 500).map((word) => ({ word: String(word) }));
    await knex('banned_words').insert(words).onConflict('word').ignore();
    res.sendStatus(204);
});

router.post('/scan', async (req, res) => {
    const words = await knex('banned_words').pluck('word').limit(200);
    const hits = {};
    for (const word of words) {
        const [row] = await knex('posts').where('body', 'like', `%${word}%`).count('* as times');
        hits[word] = Number(row.times);
    }
    res.json(hits);
});

module.exports = router;
