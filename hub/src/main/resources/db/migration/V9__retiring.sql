-- An agent that gives up its workloads before it is retired keeps its name until then.
DROP INDEX agent_name;
CREATE UNIQUE INDEX agent_name ON agent (name) WHERE state IN ('pending', 'enrolled', 'retiring');
