"""Runs the migrations on the connection and inside the transaction it is given; there is no other way to start them.

One transaction for all: after a failure, or a power cut, the tables are those of before.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
