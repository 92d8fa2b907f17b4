package io.wherry.hub.render.compose;

import io.wherry.base.yaml.YamlNode;

/** One Compose file, or one document of it, on its way through the steps. Later layers go over earlier ones. */
record Layer(String file, YamlNode.Mapping root) {}
