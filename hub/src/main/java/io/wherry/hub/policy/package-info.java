/**
 * What may go to governed agents. Takes policies and what is known of a target's new content, gives a decision; {@code sync} asks it before it proposes. Pure: no
 * clock, no disk, no network. {@code PolicyJudge} decides, in the order of {@code PolicyRule}; {@code ModelRules} looks into the model.
 */
@NullMarked
package io.wherry.hub.policy;

import org.jspecify.annotations.NullMarked;
