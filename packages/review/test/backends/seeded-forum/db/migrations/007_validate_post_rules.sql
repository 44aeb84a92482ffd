ALTER TABLE posts VALIDATE CONSTRAINT posts_author_fk;
ALTER TABLE posts VALIDATE CONSTRAINT posts_body_not_empty;
