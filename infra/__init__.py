"""The CDK side of Foyer: one stack, configured by a stage, composed of one construct per capability."""
