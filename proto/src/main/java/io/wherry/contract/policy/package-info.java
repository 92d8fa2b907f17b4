/** What a site lets stacks ask for, whatever was signed: takes a model, gives the first thing that the site's policy does not allow. No input and output. */
@org.jspecify.annotations.NullMarked
package io.wherry.contract.policy;
