"""差评以后: verified, rectified, appealed against, asked again blind; and what looks gamed."""
